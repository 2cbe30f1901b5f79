"""Loose files open without a card: a folder, a list of files, one CSV."""

from pathlib import Path
from typing import Any

import pytest

from workbench import data
from workbench.data.patterns import matching
from workbench.errors import DataError


@pytest.fixture
def loose(tmp_path: Path) -> Path:
    """A folder of slides and other files, some in the folder of a person."""
    folder = tmp_path / "my slides"
    for name in (
        "a.svs",
        "B.SVS",
        "p1/c.ndpi",
        "p1/d.tiff",
        "p2/e.dcm",
        "notes.txt",
        ".hidden.svs",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_a_folder_of_slides_opens_with_hashes_and_an_audit_line(loose: Path) -> None:
    opened = data.open(loose, "predict")
    assert opened.card.ad_hoc and opened.card.name == "my-slides"
    slides = opened.files("slides")
    assert slides["file"].tolist() == ["B.SVS", "a.svs", "p1/c.ndpi", "p1/d.tiff", "p2/e.dcm"]
    assert slides["sha256"].str.len().eq(64).all() and slides["person"].isna().all()
    assert "notes.txt" in opened.files("files")["file"].tolist()
    assert opened.opening["version"] == "ad-hoc" and opened.opening["counts"]["persons"] is None


def test_loose_files_named_like_an_opted_out_person_are_left_out(loose: Path, opt_out: Any) -> None:
    opt_out("p1", "a")
    opened = data.open(loose, "predict")
    assert opened.files("slides")["file"].tolist() == ["B.SVS", "p2/e.dcm"]
    assert opened.opted_out == 2
    with pytest.raises(DataError):
        opened.path("p1/c.ndpi")


def test_a_list_of_files_keeps_the_names_apart(loose: Path) -> None:
    opened = data.open([loose / "p1/c.ndpi", loose / "a.svs"], "predict")
    assert opened.files("slides")["file"].tolist() == ["a.svs", "p1/c.ndpi"]
    assert len(opened.manifest()) == 2


def test_files_and_folders_can_be_mixed_and_one_folder_is_a_folder(loose: Path, demo: Any) -> None:
    assert len(data.open([loose / "p1", loose / "a.svs"], "predict").files("slides")) == 3
    assert data.open([demo.folder], "predict").card.name == "demo"


def test_one_slide_opens(loose: Path) -> None:
    opened = data.open(str(loose / "a.svs"), "predict")
    assert opened.card.name == "a" and opened.files("slides")["file"].tolist() == ["a.svs"]


def test_the_digest_of_loose_files_follows_their_content(loose: Path) -> None:
    first = data.open(loose, "predict").digest
    (loose / "a.svs").write_text("other pixels")
    assert data.open(loose, "predict").digest != first


def test_missing_and_repeated_files_are_all_named(loose: Path, refusal: Any) -> None:
    paths = [loose / "a.svs", loose / "x.svs", loose / "a.svs", loose / "y.svs"]
    problems = refusal(lambda: data.open(paths, "predict")).problems
    assert [(p.code, Path(p.where).name) for p in problems] == [
        ("missing-file", "x.svs"), ("missing-file", "y.svs"), ("repeated-file", "a.svs"),
    ]  # fmt: skip


@pytest.mark.parametrize("source", [[], "empty"])
def test_nothing_to_open_is_an_error(tmp_path: Path, source: Any, refusal: Any) -> None:
    (tmp_path / "empty").mkdir()
    error = refusal(lambda: data.open(source and tmp_path / source, "predict"))
    assert "no file" in error.message


def test_one_csv_opens_when_the_person_column_is_named(tmp_path: Path, opt_out: Any) -> None:
    path = tmp_path / "visits 2024.csv"
    path.write_text("patient,visit,age\n007,b,50\n008,a,60\n")
    opt_out("008")
    opened = data.open(path, "describe", person="patient")
    table = opened.table("visits-2024")
    assert table.to_dict("records") == [{"patient": "007", "visit": "b", "age": "50"}]
    assert opened.opening["counts"] == {"persons": 1, "rows": 1, "files": 1, "opted_out": 1}


@pytest.mark.parametrize(("person", "hint"), [(None, "columns: patient"), ("pateint", "patient")])
def test_a_csv_without_its_person_column_stays_shut(
    tmp_path: Path, person: str | None, hint: str, refusal: Any
) -> None:
    path = tmp_path / "visits.csv"
    path.write_text("patient,visit\n007,b\n")
    error = refusal(lambda: data.open(path, "describe", person=person))
    assert hint in error.message and "person=" in error.remedy


def test_links_to_files_are_followed_and_others_named(loose: Path, refusal: Any) -> None:
    (loose / "linked.svs").symlink_to(loose / "a.svs")
    assert len(data.open(loose, "predict").files("slides")) == 6
    (loose / "gone.svs").symlink_to(loose / "nowhere")
    (loose / "p3").symlink_to(loose / "p1")
    problems = refusal(lambda: data.open(loose, "predict")).problems
    assert [Path(problem.where).name for problem in problems] == ["gone.svs", "p3"]


def test_real_slides_open(shared_data: Path) -> None:
    opened = data.open(shared_data / "slides", "describe")
    assert "cmu-1-small-region.svs" in opened.files("slides")["file"].tolist()


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.svs", ["a.svs"]),
        ("**/*.svs", ["a.svs", "x/b.svs", "x/y/c.svs"]),
        ("x/**", ["x/b.svs", "x/y/c.svs"]),
        ("x/?.svs", ["x/b.svs"]),
        ("a.sv", []),
        ("*.{svs,tif}", ["a.svs", "d.tif"]),
        ("[a].svs", []),
    ],
)
def test_patterns_match_as_in_a_shell(pattern: str, expected: list[str]) -> None:
    names = ["x/y/c.svs", "x/b.svs", "d.tif", "a.svs"]
    assert matching(names, pattern) == expected
