"""From files to answers with a run's model: real slides, a DICOM slide, and named refusals."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from workbench.config import compose
from workbench.errors import DataError, UsageError
from workbench.imaging.slide import open_slide
from workbench.imaging.writing import write_dicom_slide
from workbench.runs import evaluate, predict, synthesize, train

QUICK = [
    "debug=quick",
    "tracking=none",
    "baselines=[]",
    "trainer.device=cpu",
    "use_case.params.slide_px=1536",
    "use_case.params.heatmaps=2",
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A quick run on small synthetic slides."""
    place = tmp_path_factory.mktemp("slides-run")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        for name in ("WORKBENCH_HOME", "WORKBENCH_AUDIT_HEADS"):
            patch.setenv(name, str(place / name.lower()))
        yield place / train(compose(QUICK)).folder


@pytest.fixture
def slides(shared_data: Path) -> Path:
    """Folder of real slides."""
    return shared_data / "slides"


def test_the_run_draws_attention_and_counts_its_tiles(run: Path) -> None:
    assert len(list((run / "heatmaps").glob("*.attention.png"))) == 2
    assert json.loads((run / "times.json").read_text())["machine"]["tiles_per_s"] > 0
    page = (run / "report.html").read_text()
    assert "data:image/" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_real_slides_go_through_or_are_refused_by_name(
    run: Path, slides: Path, tmp_path: Path
) -> None:
    reasons = {
        "cmu-1-small-region.svs": "ok",
        "tcga-cr-7395-01a-01-ts1.svs": "missing-mpp",
        "broken.svs": "unreadable",
        "kidney-48-5.tif": "no-pyramid",
        "test3-dapi.ndpi": "fluorescence",
        "multiframe_camelyon_challenge_image.dcm": "too-coarse",
    }
    result = predict(run, [slides / name for name in reasons], tmp_path / "out")
    assert {row["case"]: row["status"] for row in result.rows} == {
        name.rpartition(".")[0]: reason for name, reason in reasons.items()
    }
    assert result.failed == 5
    assert all("Next: " in row["message"] for row in result.rows if row["status"] != "ok")
    assert (tmp_path / "out/heatmaps/cmu-1-small-region.attention.png").is_file()
    table = pd.read_csv(tmp_path / "out/predictions.csv")
    assert np.isclose(table[["benign", "low", "high", "invasive"]].sum(axis=1), 1).all()


def test_a_stated_mpp_lets_a_slide_through(run: Path, slides: Path, tmp_path: Path) -> None:
    tcga = slides / "tcga-cr-7395-01a-01-ts1.svs"
    result = predict(run, [tcga], tmp_path / "out", mpp=0.5)
    assert [row["status"] for row in result.rows] == ["ok"]
    with pytest.raises(UsageError, match="mpp"):
        predict(run, [tcga], tmp_path / "absurd", mpp=500.0)


def test_a_dicom_slide_gives_the_answer_of_its_svs(run: Path, slides: Path, tmp_path: Path) -> None:
    with open_slide(slides / "cmu-1-small-region.svs") as slide:
        pixels = slide.read(0, 0, 0, *slide.dimensions)
    write_dicom_slide(tmp_path / "cmu.dcm", pixels, mpp=0.5, quality=95)
    result = predict(run, [tmp_path / "cmu.dcm"], tmp_path / "out")
    assert [row["status"] for row in result.rows] == ["ok"]
    assert (tmp_path / "out/heatmaps/cmu.attention.png").is_file()


def test_no_usable_slide_leaves_the_table_of_reasons(
    run: Path, slides: Path, tmp_path: Path
) -> None:
    result = predict(run, [slides / "broken.svs"], tmp_path / "out")
    assert result.failed == 1
    assert "unreadable" in (tmp_path / "out/excluded.csv").read_text()
    assert not (tmp_path / "out/predictions.csv").exists()


def test_a_run_is_judged_on_data_it_has_not_seen(run: Path, tmp_path: Path) -> None:
    params = {"n_slides": 8, "slide_px": 1536}
    other = synthesize("pathology_slides", tmp_path / "other", 7, params)
    result = evaluate(run, other)
    assert result.sheet.n_cases == 8 - len(result.excluded)
    assert (result.folder / "score.json").is_file()
    with pytest.raises(DataError, match="no split named 'hidden'"):
        evaluate(run, other, "hidden")


def test_a_run_is_not_judged_on_its_own_data(run: Path) -> None:
    with pytest.raises(DataError, match="trained on"):
        evaluate(run, next((run.parents[1] / "data").glob("pathology_slides-*")))
