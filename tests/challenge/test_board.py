"""The board: ranks, ties, the floor, groups that must not mix, unreadable sheets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.challenge import Board, leaderboard
from workbench.errors import DataError
from workbench.scoring import ScoreSheet, load_challenge, score_file


@pytest.fixture(scope="module")
def sheet() -> ScoreSheet:
    challenge = load_challenge("tissue-lesions")
    return score_file(challenge.folder / challenge.sample.submission, challenge, resamples=100)


def put(folder: Path, name: str, sheet: ScoreSheet, value: float | None = None, **changes) -> None:
    """Write a sheet with another primary value or another head."""
    content = json.loads(sheet.to_json())
    if value is not None:
        next(m for m in content["metrics"] if m["primary"])["value"] = value
    content["digests"].update(changes.pop("digests", {}))
    content.update(changes)
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def ranks(board: Board) -> list[tuple[int | None, str]]:
    return [(row.rank, row.name) for row in board.groups[0].rows]


def test_ties_share_a_rank_and_the_next_is_skipped(tmp_path, sheet) -> None:
    for name, value in {"a": 0.8, "b": 0.9, "c": 0.9, "d": 0.5, "e": 0.8}.items():
        put(tmp_path, f"{name}.json", sheet, value)
    floor = "floor: always low"
    assert ranks(leaderboard(tmp_path)) == [
        (1, "b"),
        (1, "c"),
        (3, "a"),
        (3, "e"),
        (None, floor),
        (5, "d"),
    ]


def test_lower_is_better_where_the_metric_says_so(tmp_path, sheet) -> None:
    content = json.loads(sheet.to_json())
    for name, value in {"a": 0.4, "b": 0.2}.items():
        for metric in content["metrics"]:
            metric["primary"] = metric["name"] == "brier"
            if metric["primary"]:
                metric["value"] = value
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    assert [pair for pair in ranks(leaderboard(tmp_path)) if pair[0]] == [(1, "b"), (2, "a")]


def test_run_folders_at_any_depth_are_found(tmp_path, sheet) -> None:
    put(tmp_path, "runs/one/score.json", sheet, 0.9)
    put(tmp_path, "two/score.json", sheet, 0.8)
    put(tmp_path, ".one.part/score.json", sheet, 1.0)
    assert [name for rank, name in ranks(leaderboard(tmp_path)) if rank] == ["runs/one", "two"]


def test_a_single_run_folder_is_a_board_of_one(tmp_path, sheet) -> None:
    put(tmp_path, "score.json", sheet)
    (tmp_path / "run.json").write_text("{}")
    board = leaderboard(tmp_path)
    assert [name for rank, name in ranks(board) if rank] == ["score"]
    assert not board.problems


@pytest.mark.parametrize(
    "change", [{"version": "2.0.0"}, {"challenge": "other"}, {"digests": {"truth": "f" * 64}}]
)
def test_what_cannot_be_compared_is_not_ranked_together(tmp_path, sheet, change) -> None:
    put(tmp_path, "a.json", sheet, 0.9)
    put(tmp_path, "b.json", sheet, 0.8, **change)
    board = leaderboard(tmp_path)
    assert len(board.groups) == 2
    assert all([row.rank for row in group.rows if row.rank] == [1] for group in board.groups)


def test_sheet_without_a_score_is_never_ranked(tmp_path, sheet) -> None:
    put(tmp_path, "a.json", sheet, 0.9)
    content = json.loads(sheet.to_json())
    content["metrics"][0]["value"] = None
    (tmp_path / "null.json").write_text(json.dumps(content))
    (tmp_path / "cut.json").write_text(sheet.to_json()[:100])
    board = leaderboard(tmp_path)
    assert [name for rank, name in ranks(board) if rank] == ["a"]
    assert [Path(problem.where).name for problem in board.problems] == ["cut.json", "null.json"]


def test_frame_and_dictionary_hold_every_row(tmp_path, sheet) -> None:
    put(tmp_path, "a.json", sheet, 0.9)
    board = leaderboard(tmp_path)
    frame = board.to_frame()
    assert frame["name"].tolist() == ["a", "floor: always low"]
    assert frame["rank"].isna().tolist() == [False, True]
    assert json.loads(json.dumps(board.as_dict()))["groups"][0]["metric"] == "cost-score"


def test_empty_and_absent_folders_are_named_errors(tmp_path) -> None:
    with pytest.raises(DataError, match="no readable score sheet"):
        leaderboard(tmp_path)
    with pytest.raises(DataError, match="no such folder"):
        leaderboard(tmp_path / "none")
