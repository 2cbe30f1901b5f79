"""The page of a run: complete, self-contained, the same bytes, and honest about what is missing."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.errors import DataError
from workbench.report import write_report
from workbench.report.languages import words_of
from workbench.report.page import SECTIONS

ARTEFACTS = {
    "run.json": "provenance",
    "config.yaml": "configuration",
    "flow.json": "flow",
    "score.json": "score",
    "comparison.json": "differences",
    "folds.json": "folds",
    "history.csv": "training",
    "predictions.parquet": "confusion",
    "cases.csv": "calibration",
    "challenge.json": "centres",
    "heatmaps": "slides",
}


def page_of(folder: Path) -> str:
    return write_report(folder).read_text(encoding="utf-8")


def section_of(page: str, key: str) -> str:
    found = re.search(rf'<section id="{key}".*?</section>', page, flags=re.DOTALL)
    assert found, f"no section {key}"
    return found[0]


def remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def test_a_complete_run_shows_every_section(run_folder: Path) -> None:
    page = page_of(run_folder)
    for key, _ in SECTIONS:
        assert words_of("run", "en")(f"t_{key}") in section_of(page, key)
    assert "Not shown" not in page


def test_the_first_sentence_gives_score_interval_units_and_floor(run_folder: Path) -> None:
    sheet = json.loads((run_folder / "score.json").read_text(encoding="utf-8"))
    first, floor = sheet["metrics"][0], sheet["floor"]
    expected = (
        f"Cost score {first['value']:.3f} (95\u202f% interval {first['low']:.3f} to "
        f"{first['high']:.3f}, bootstrap over 52 patients) against {floor['value']:.3f} for "
        "always answering “low”."
    )
    assert f'<p class="sentence">{expected}</p>' in page_of(run_folder)


def test_the_page_asks_nothing_of_the_network(run_folder: Path) -> None:
    page = page_of(run_folder)
    addresses = re.findall(r'(?:src|href|srcset|action)\s*=\s*"([^"]*)"', page)
    assert addresses
    assert all(
        address.startswith(("#", "data:image/jpeg;base64,")) or address == "rapport.html"
        for address in addresses
    )
    assert not re.search(r"url\(|@import|<script|<link|<iframe", page)
    assert "default-src 'none'" in page


def test_equal_artefacts_give_equal_bytes(run_folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(run_folder, tmp_path / "elsewhere" / "copy")
    first = write_report(run_folder).read_bytes()
    assert write_report(copy).read_bytes() == first
    assert write_report(run_folder).read_bytes() == first


@pytest.mark.parametrize("name", ARTEFACTS)
def test_a_missing_artefact_is_named_where_it_is_missed(run_folder: Path, name: str) -> None:
    remove(run_folder / name)
    page = page_of(run_folder)
    section = section_of(page, ARTEFACTS[name])
    assert "Not shown" in section
    assert name in section


@pytest.mark.parametrize("name", [name for name in ARTEFACTS if name != "heatmaps"])
@pytest.mark.parametrize("content", [b"", b"[1, 2", b"\xff\xfe\x00", b"[]", b'{"a": [null]}'])
def test_a_broken_artefact_does_not_break_the_page(
    run_folder: Path, name: str, content: bytes
) -> None:
    (run_folder / name).write_bytes(content)
    assert "Limits of use" in page_of(run_folder)


def test_probabilities_that_are_none_are_reported_not_plotted(run_folder: Path) -> None:
    import pandas as pd

    table = pd.read_parquet(run_folder / "predictions.parquet")
    table.loc[3, "low"] = 1.7
    table.to_parquet(run_folder / "predictions.parquet")
    assert "Not shown" in section_of(page_of(run_folder), "confusion")


def test_a_folder_without_score_is_still_reported(run_folder: Path) -> None:
    for name in ("score.json", "comparison.json", "folds.json", "history.csv", "truth.csv"):
        remove(run_folder / name)
    page = page_of(run_folder)
    assert "This run has no score: score.json is not in the run folder." in page
    assert "Heatmaps" in page


def test_a_folder_that_is_no_run_is_refused_with_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(DataError, match=r"run\.json, score\.json, config\.yaml") as refusal:
        write_report(tmp_path)
    assert str(tmp_path) in refusal.value.render()
    with pytest.raises(DataError, match="no such run folder"):
        write_report(tmp_path / "absent")
    assert not (tmp_path / "report.html").exists()


def test_hostile_names_are_text(make_run: Callable[..., Path]) -> None:
    hostile = '"><script>alert(0)</script><img src=x onerror=alert(1)>'
    folder = make_run(case_name=hostile.replace("/", "\u2215") + "-{:03d}")
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    facts |= {"name": "</title><script>1</script>", "<b>key</b>": "<i>value</i>"}
    (folder / "run.json").write_text(json.dumps(facts), encoding="utf-8")
    page = page_of(folder)
    assert "<script" not in page
    assert "<img src=x" not in page
    assert "<b>key" not in page
    assert "&lt;script&gt;" in page


def test_no_person_and_no_home_folder_is_named(run_folder: Path) -> None:
    page = page_of(run_folder)
    assert not re.search(r"\bp0\d\d\b", page)
    assert "/home/jane" not in page
    assert "~/slides/slide-102.svs" in page


def test_a_case_named_by_its_person_is_shown_by_its_row(run_folder: Path) -> None:
    folder = run_folder
    table = (folder / "cases.csv").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(table):
        case, _, rest = line.partition(",")
        if case == "slide-009":
            table[number] = f"{case},slide-009,{rest.partition(',')[2]}"
    (folder / "cases.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    section = section_of(page_of(folder), "slides")
    assert "slide-009" not in section
    assert "case 10 of cases.csv" in section


def test_notices_warn_of_synthetic_data_dirty_code_and_few_units(
    make_run: Callable[..., Path],
) -> None:
    page = page_of(make_run(cases=24))
    assert "Synthetic data" in page
    assert "uncommitted changes" in page
    assert "bootstrap intervals are too narrow" in page


def test_every_plot_of_the_page_has_its_rows(run_folder: Path) -> None:
    page = page_of(run_folder)
    pictures = {path.stem for path in (run_folder / "figures").glob("*.svg")}
    assert pictures == {path.stem for path in (run_folder / "figures").glob("*.csv")}
    assert len(pictures) == len(re.findall(r'<svg [^>]*class="plot"', page))
    assert {
        "score",
        "confusion",
        "reliability",
        "reliability-4",
        "centres",
        "training-1",
    } <= pictures
