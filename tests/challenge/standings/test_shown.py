"""What may be shown: the phase's rules, digits, the Ladder; nothing hidden leaks."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.standings import board, board_csv
from workbench.challenge.store import open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.submissions import submit, work

from ..submissions.world import CARD as WORLD_CARD  # noqa: TID252
from ..submissions.world import answer, keys, make_world  # noqa: TID252
from .play import ORGANISER, B, draws, names, start

RANKS = {"rank", "rank_low", "rank_high", "set_low", "set_high", "p_first", "tie_group"}
SCORES = {"Alpha": 0.812345, "Beta": 0.712345}


def played(place: Path, **phase: Any) -> Any:
    play = start(place / "store", phase=phase)
    for name, value in SCORES.items():
        play.team(name)
        play.scored(name, value)
    return play


def everything(found: Any) -> str:
    """Return all that a viewer is given."""
    tables = "".join(table.to_csv() for table in found.tables().values())
    facts = json.dumps(found.facts(), default=str)
    return found.document.to_json() + board_csv(found.document) + tables + facts


@pytest.mark.parametrize(
    ("show", "columns"),
    [
        ([], set()),
        (["score"], {"score"}),
        (["rank"], RANKS),
        (["score", "interval"], {"score", "low", "high"}),
        (["score", "rank"], {"score", *RANKS}),
    ],
)
def test_only_what_the_phase_shows(tmp_path: Path, show: list[str], columns: set[str]) -> None:
    play = played(tmp_path, show=show)
    content = play.board(viewer=play.viewer("Beta")).document.rows[0].model_dump()
    hidden = {"score", "low", "high", *RANKS}
    assert all(content[name] is not None for name in columns)
    assert all(content[name] is None for name in hidden - columns)
    assert content["secondary"] == []
    host = play.board(viewer=ORGANISER).document.rows[0]
    assert (host.score, host.rank) == (0.8123, 1) and host.secondary


def test_digits_are_the_cards_while_labels_are_in_use(tmp_path: Path) -> None:
    play = played(tmp_path, digits=2, show=["score", "rank", "interval", "secondary"])
    found = play.board()
    row = found.document.rows[0]
    assert (row.score, row.low, row.p_first) == (0.81, 0.77, 1.0)
    assert all(m.value == round(m.value, 2) for m in row.secondary)
    pairs = found.tables()["pairs"]
    assert (pairs["adjusted"] == pairs["adjusted"].round(2)).all()
    for value in SCORES.values():
        assert str(value) not in everything(found)
    play.clock.forward(days=40)
    assert play.board("open").document.rows[0].score == 0.8123


def test_a_moment_to_come_lifts_no_guard(tmp_path: Path) -> None:
    play = played(tmp_path, show=[])
    later = datetime(2099, 1, 1, tzinfo=UTC)
    assert play.board(as_of=later).document == play.board().document
    assert play.board(as_of=later).document.rows[0].score is None


def test_the_order_tells_no_more_than_the_numbers_where_ranks_are_hidden(tmp_path: Path) -> None:
    play = start(tmp_path / "store", phase={"show": ["score"], "digits": 1})
    for name, value in {"Zeta": 0.84, "Alpha": 0.81, "Mu": 0.7}.items():
        play.team(name)
        play.scored(name, value)
    assert names(play.board()) == [(None, "Alpha"), (None, "Zeta"), (None, "Mu")]
    play = start(tmp_path / "other", phase={"show": []})
    for name, value in {"Zeta": 0.84, "Alpha": 0.81, "Mu": 0.7}.items():
        play.team(name)
        play.scored(name, value)
    assert [name for _, name in names(play.board())] == ["Alpha", "Mu", "Zeta"]


def test_where_only_ranks_are_shown_no_score_is_in_the_tables(tmp_path: Path) -> None:
    tables = played(tmp_path, show=["rank"]).board().tables()
    assert tables["scores"][["value", "low", "high"]].isna().all(axis=None)
    assert set(tables["pairs"]["difference"]) <= {-1.0, 0.0, 1.0}
    assert tables["pairs"][["low", "high"]].isna().all(axis=None)


def test_behind_the_ladder_a_hidden_score_moves_nothing(tmp_path: Path) -> None:
    shown = []
    for place, value in (("one", 0.8101), ("two", 0.55)):
        play = start(tmp_path / place, phase={"ladder": True})
        for name in ("Alpha", "Beta"):
            play.team(name)
        play.scored("Beta", 0.7, released=0.7)
        play.scored("Alpha", 0.8, released=0.8)
        play.scored("Alpha", value, released=0.8, resampled=draws(value, random.randrange(9**9)))
        found = play.board(viewer=play.viewer("Alpha"))
        assert found.document.rows[0].low is None
        shown.append(everything(found))
    assert shown[0] == shown[1]


def test_withdrawing_what_set_the_ladder_does_not_show_what_it_hides(tmp_path: Path) -> None:
    shown = []
    for place, seed in (("one", 1), ("two", 2)):
        play = start(tmp_path / place, phase={"ladder": True})
        for name in ("Alpha", "Beta"):
            play.team(name)
        play.scored("Beta", 0.79, released=0.79)
        first = play.scored("Alpha", 0.8, released=0.8)
        hidden = draws(0.8101, seed) + np.random.default_rng(seed).normal(scale=0.05, size=B)
        play.scored("Alpha", 0.8101, released=0.8, resampled=hidden)
        play.withdraw(first, actor=play.teams["Alpha"])
        shown.append(everything(play.board(viewer=play.viewer("Alpha"))))
    assert shown[0] == shown[1]


def test_permuted_labels_change_no_byte_of_a_board_that_shows_nothing(tmp_path: Path) -> None:
    shown = []
    for shift in (0, 1):
        place = tmp_path / str(shift)
        clock = SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))
        with open_store(place / "store", clock=clock) as store:
            world = make_world(store, place, _hidden_board(), shift)
            for i, team in enumerate(world.teams):
                submit(store, team, "demo", answer(0.01 * i), filename="a.csv")
            assert len(list(work(store, world.worker, idle_s=None))) == 2
            found = json.loads(board(store, "demo", viewer=world.team).document.to_json())
        for seal in ("labels_digest", "challenge_digest"):  # what the seal itself says
            found["conventions"].pop(seal)
        shown.append(found)
    assert shown[0] == shown[1]
    assert len(keys("public")) == shown[0]["n_cases"]


def _hidden_board() -> dict[str, Any]:
    """Return the change of the card that shows nothing."""
    phases = [dict(phase) for phase in WORLD_CARD["phases"]]
    phases[1]["show"] = []
    return {"phases": phases}


def test_tables_are_those_of_a_ranking(tmp_path: Path) -> None:
    tables = played(tmp_path).board(viewer=ORGANISER).tables()
    assert set(tables) == {"scores", "pairs", "rank_counts"}
    assert isinstance(tables["pairs"], pd.DataFrame)
    assert tables["scores"]["algorithm"].tolist() == ["Alpha", "Beta"]
