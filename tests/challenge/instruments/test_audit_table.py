"""The boards of two real challenges, and what is wrong with an altered one."""

import json
from pathlib import Path

import pytest

from workbench.challenge.instruments.published_file import read_published
from workbench.cli.main import main
from workbench.errors import DataError

# Prize winners of the Health Data Hub's challenges on DrivenData, as in the reference page
# (sections 2.2 and 2.10): public and private score, with the places among the four.
TISSUENET = """Winners

| team | public | public place | private | place |
|:-----|-------:|:------------:|--------:|------:|
| **Tribvn** | 0.933 | 1 | 0.948 | 1 |
| karelds | 0.922 | 3 | 0.935 | 2 |
| kbrodt | 0.918 | 4 | 0.934 | 3 |
| LifeIs2Short | 0.931 | 2 | 0.933 | 4 |

| other | table |
|---|---|
"""
VISIOMEL = """team,public,public place,private,place
karelds,.4128,4,.3940,1
Tilted Towers,.4094,3,.3998,2
marvinler,.4081,2,.4008,3
trislaz,.3846,1,.4010,4
"""


def _run(place: Path, text: str, direction: str, *more: str, suffix: str) -> int:
    table = place / f"board{suffix}"
    table.write_text(text)
    metrics = [f"--metric={name}:{direction}" for name in ("public", "private")]
    ranks = ["--metric-rank=public=public place", "--metric-rank=private=place"]
    return main(["audit-table", str(table), *metrics, *ranks, *more])


@pytest.mark.parametrize(
    ("text", "direction", "suffix"),
    [(TISSUENET, "maximize", ".md"), (VISIOMEL, "minimize", ".csv")],
)
def test_the_places_of_real_boards_follow(
    text: str, direction: str, suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, text, direction, "--json", suffix=suffix) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["follows"] is True
    assert told["findings"] == []


def test_read_the_wrong_way_round_they_do_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Log loss is better when lower: as a score the board contradicts itself."""
    assert _run(tmp_path, VISIOMEL, "maximize", suffix=".csv") == 3
    streams = capsys.readouterr()
    assert "contradiction" in streams.out
    assert "contradict the printed numbers" in streams.err


def test_a_swapped_place_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    altered = TISSUENET.replace("0.934 | 3", "0.934 | 4").replace("0.933 | 4", "0.933 | 3")
    assert _run(tmp_path, altered, "maximize", "--json", suffix=".md") == 3
    told = json.loads(capsys.readouterr().out)
    named = {(f["team"], f["printed"], f["recomputed"]) for f in told["findings"]}
    assert named == {("kbrodt", 4, 3), ("LifeIs2Short", 3, 4)}


def test_equal_in_print_may_differ_in_hidden_digits(tmp_path: Path) -> None:
    table = tmp_path / "board.csv"
    table.write_text("team,dice,place\na,0.91,1\nb,0.91,2\nc,0.90,3\n")
    assert main(["audit-table", str(table), "--metric", "dice:maximize", "--rank", "place"]) == 0


def test_broken_tables_are_refused(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("no table here\n")
    with pytest.raises(DataError, match="no table"):
        read_published(page)
    page.write_text("| a | b |\n|---|---|\n| 1 |\n")
    with pytest.raises(DataError, match="a row has 1 cells, the header 2"):
        read_published(page)
    page.write_text("| team | b |\n|---|---|\n| x | 1 |\n")
    assert main(["audit-table", str(page), "--metric", "dice", "--rank", "place"]) == 2
    assert main(["audit-table", str(page), "--metric", "b:maximize", "--rank", "place"]) == 2
    assert main(["audit-table", "absent.csv", "--metric", "d:maximize", "--rank", "p"]) == 3
