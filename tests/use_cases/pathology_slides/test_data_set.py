"""The synthetic data set: real slides, known truth, the same bytes, and resumable."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import openslide
import pytest

from workbench import data, digests
from workbench.errors import DataError

from .conftest import CLASSES, part, use_case

data_set = part("synthetic.data_set")
render, stains = part("synthetic.render"), part("synthetic.stains")
PROGRAM = (
    "import sys, importlib\nfrom pathlib import Path\n"
    "made = importlib.import_module('workbench.content.use_cases.pathology_slides.synthetic."
    "data_set')\nmade.synthesize(Path(sys.argv[1]), 3, n_slides=8, slide_px=1024)\n"
)


def content_of(folder: Path) -> dict[str, str]:
    """Digest of every file of a data set, what is hidden left out."""
    files = (p for p in folder.rglob("*") if p.is_file() and "/." not in p.as_posix())
    return {p.relative_to(folder).as_posix(): digests.of_file(p) for p in sorted(files)}


def test_openslide_opens_the_slides_with_mpp_and_right_colours(drawn_set: Path) -> None:
    slides = data.open(drawn_set, "describe").table("slides")
    assert set(slides["file"].str[-3:]) == {"svs", "tif"}, "both kinds of file are written"
    for number, row in enumerate(slides.itertuples()):
        with openslide.OpenSlide(drawn_set / row.file) as slide:
            assert slide.dimensions == (1024, 1024)
            vendor = {"svs": "aperio", "tif": "generic-tiff"}[row.file[-3:]]
            assert slide.properties["openslide.vendor"] == vendor
            assert float(slide.properties["openslide.mpp-x"]) == pytest.approx(0.5, rel=1e-3)
            seen = np.asarray(slide.read_region((0, 0), 0, (1024, 1024)).convert("RGB"), int)
        centre = next(c for c in stains.CENTRES if c.name == row.centre)
        recipe = render.Recipe(1024, 0.5, CLASSES.index(row.label), centre)
        drawn = render.draw_slide(recipe, np.random.default_rng([3, 1, number])).rgb.astype(int)
        assert np.abs(seen - drawn).mean() < 6
        assert np.abs((seen - drawn).mean(axis=(0, 1))).max() < 1.0, "no channel is shifted"


def test_the_truth_is_known(drawn_set: Path) -> None:
    opened = data.open(drawn_set, "describe")
    slides, truth = opened.table("slides"), opened.table("truth")
    annotations = opened.table("annotations")
    assert sorted(slides["label"]) == sorted(CLASSES * 2)
    assert slides["label"].tolist() == truth["label"].tolist()
    grades = annotations[annotations["class"].isin(CLASSES)]
    worst = grades.groupby("case")["class"].agg(lambda c: max(c, key=CLASSES.index))
    expected = slides.set_index("case")["label"]
    assert worst.to_dict() == expected[expected != "benign"].to_dict()
    assert (annotations["origin"] == "top-left").all()
    numbers = annotations["geometry"].str.findall(r"\d+").explode().astype(int)
    assert numbers.between(0, 1024).all()


def test_the_same_seed_gives_the_same_bytes_whatever_the_threads(
    drawn_set: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_set, "_THREADS", 1)
    again = use_case(n_slides=8, slide_px=1024).synthesize(tmp_path / "again", seed=3).parent
    assert content_of(again) == content_of(drawn_set)
    other = use_case(n_slides=8, slide_px=1024).synthesize(tmp_path / "other", seed=4).parent
    assert not set(content_of(other).values()) & {
        digest for name, digest in content_of(drawn_set).items() if name.startswith("slides/")
    }


def test_the_seed_is_written_nowhere(tmp_path: Path) -> None:
    secret = 8_675_309_424_242
    folder = use_case(n_slides=1, slide_px=512).synthesize(tmp_path / "set", seed=secret).parent
    for path in (p for p in folder.rglob("*") if p.is_file()):
        assert str(secret).encode() not in path.read_bytes()


def test_a_killed_synthesis_goes_on_and_ends_with_the_same_bytes(
    drawn_set: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "killed"
    run = subprocess.Popen([sys.executable, "-c", PROGRAM, str(folder)], env=dict(os.environ))
    limit = time.monotonic() + 120
    while len(list(folder.glob(".synthesis/*/S*.json"))) < 2 and time.monotonic() < limit:
        time.sleep(0.002)
    assert run.poll() is None, "the synthesis was too fast to be killed"
    run.send_signal(signal.SIGKILL)
    run.wait()
    assert not (folder / "card.yaml").exists()
    before = {p.name: p.stat().st_mtime_ns for p in (folder / "slides").glob("S*")}
    done = {p.name[:5] for p in folder.glob(".synthesis/*/S*.json")}
    use_case(n_slides=8, slide_px=1024).synthesize(folder, seed=3)
    assert content_of(folder) == content_of(drawn_set)
    after = {p.name: p.stat().st_mtime_ns for p in (folder / "slides").glob("S*")}
    assert done and all(before[n] == after[n] for n in before if n[:5] in done)


def test_a_damaged_slide_of_an_unfinished_set_is_drawn_again(
    drawn_set: Path, tmp_path: Path
) -> None:
    folder = use_case(n_slides=8, slide_px=1024).synthesize(tmp_path / "set", seed=3).parent
    (folder / "slides" / "S0001.svs").unlink(missing_ok=True)
    victim = sorted((folder / "slides").iterdir())[1]
    victim.write_bytes(victim.read_bytes()[:1000])
    (folder / "manifest.csv").unlink()
    use_case(n_slides=8, slide_px=1024).synthesize(folder, seed=3)
    assert content_of(folder) == content_of(drawn_set)


def test_a_finished_set_is_not_touched(drawn_set: Path) -> None:
    before = {p: p.stat().st_mtime_ns for p in drawn_set.rglob("*")}
    use_case(n_slides=8, slide_px=1024).synthesize(drawn_set, seed=3)
    assert {p: p.stat().st_mtime_ns for p in drawn_set.rglob("*")} == before


def test_a_folder_with_other_content_is_refused(drawn_set: Path, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(DataError, match=r"letters\.txt"):
        use_case(n_slides=8, slide_px=1024).synthesize(tmp_path, seed=3)
    with pytest.raises(DataError, match="other settings, seed or code"):
        use_case(n_slides=8, slide_px=1024).synthesize(drawn_set, seed=99)
    assert (tmp_path / "letters.txt").read_text() == "mine"
