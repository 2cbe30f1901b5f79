"""Boards from events: replay, ties, nothing ranked without a score, order, names, score sets."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from workbench.challenge.standings import Follower, board, board_csv, standings
from workbench.challenge.standings.document import schemas
from workbench.challenge.standings.live import cards_of
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.store.tables import PROJECTED, key_columns, projected_columns
from workbench.challenge.store.verify import verify
from workbench.errors import UsageError
from workbench.scoring import parse_challenge

from .play import CARD, ORGANISER, PUBLIC, Play, draws, names, start

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "schemas"


@pytest.fixture
def play(tmp_path: Path) -> Play:
    found = start(tmp_path / "store")
    for name in ("Alpha", "Beta", "Gamma"):
        found.team(name)
    return found


def row_of(standings: Any, name: str) -> Any:
    return next(row for row in standings.document.rows if row.name == name)


def tables_of_database(play: Play) -> Tables:
    """Return the tables as the database holds them, not as the events say."""
    tables = Tables()
    with play.store.reading() as connection:
        for name, table in PROJECTED.items():
            columns = [table.c[column] for column in projected_columns(table)]
            for row in connection.execute(select(*columns).order_by(table.c.seq)):
                values = dict(row._mapping)
                tables[name][tuple(values[key] for key in key_columns(table))] = values
    return tables


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["send", "score", "score", "withdraw", "override", "fail", "set"]),
        st.integers(0, 2),
        st.sampled_from([0.6, 0.7, 0.7, 0.81, 0.9]),
    ),
    max_size=14,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_the_log_replayed_is_the_board(tmp_path_factory: Any, steps: Any) -> None:
    play = start(tmp_path_factory.mktemp("replay") / "store")
    follower = Follower(play.store, "demo")
    sent: list[list[str]] = []
    for name in ("Alpha", "Beta", "Gamma"):
        play.team(name)
        sent.append([play.scored(name, 0.7)])
    for what, team, value in steps:
        name = ("Alpha", "Beta", "Gamma")[team]
        if what == "send":
            play.send(name)
        elif what == "score":
            sent[team].append(play.scored(name, value))
        elif what == "set":
            play.new_set()
        elif what == "withdraw" and sent[team]:
            play.withdraw(sent[team].pop())
        elif what == "override" and sent[team]:
            play.override(sent[team][-1], value if value < 0.9 else None)
        elif what == "fail":
            play.fail(play.send(name))
        followed = follower.board("open").document.to_json()
    now = play.store.now()
    for viewer in (PUBLIC, ORGANISER, play.viewer("Beta")):
        replayed = play.board(viewer=viewer).document.to_json()
        stored = standings(
            tables_of_database(play), cards_of(play.store), "demo", "open", now=now, viewer=viewer
        )
        assert stored.document.to_json() == replayed
    if steps:
        assert followed == play.board().document.to_json()
    assert not verify(play.store).problems
    ranks = [row.rank for row in play.board().document.rows if row.score is None]
    assert all(rank is None for rank in ranks)


def test_a_score_edited_in_the_database_is_named_and_moves_nothing(play: Play) -> None:
    one = play.scored("Alpha", 0.7)
    play.scored("Beta", 0.8)
    before = play.board().document.to_json()
    table = PROJECTED["score"]
    with play.store.writing() as tx:
        sheet = tx.execute(select(table.c.sheet).where(table.c.submission == one)).scalar_one()
        tx.execute(
            table.update()
            .where(table.c.submission == one)
            .values(sheet=sheet.replace("0.7", "0.9"))
        )
    assert play.board().document.to_json() == before
    (problem,) = verify(play.store).problems
    assert problem.code == "row-changed"
    assert problem.where == f"score {one}, open, {play.score_set}, column sheet"


def test_as_of_is_what_was_shown(play: Play) -> None:
    shown = []
    first = play.scored("Alpha", 0.7)
    shown.append((play.store.now(), play.board().document.to_json()))
    play.scored("Beta", 0.8)
    shown.append((play.store.now(), play.board().document.to_json()))
    play.withdraw(first)
    play.scored("Gamma", 0.75)
    play.score(first, 0.99, score_set=play.new_set())
    play.clock.forward(days=90)
    assert play.board().document.to_json() != shown[-1][1]
    for moment, text in shown:
        assert play.board(as_of=moment).document.to_json() == text
    with pytest.raises(UsageError, match="at that time"):
        play.board(as_of=moment.replace(year=2025))


def test_competition_ranks_and_equal_submissions_tie_everywhere(play: Play) -> None:
    for name in ("Alpha", "Beta"):
        play.scored(name, 0.8, seed=1)
    play.scored("Gamma", 0.7, seed=2)
    found = play.board()
    assert names(found) == [(1, "Alpha"), (1, "Beta"), (3, "Gamma")]
    one, other = (row_of(found, name).model_dump() for name in ("Alpha", "Beta"))
    for key in set(one) - {"name", "team", "submission", "last_submission"}:
        assert one[key] == other[key], key
    assert (
        one["p_first"] == 0.5 and one["tie_group"] and (one["set_low"], one["set_high"]) == (1, 2)
    )
    pairs = found.tables()["pairs"].set_index(["first", "second"]).loc[("Alpha", "Beta")]
    assert (pairs["difference"], pairs["p_value"], pairs["adjusted"]) == (0.0, 1.0, 1.0)


def test_swapping_two_names_permutes_the_board(tmp_path: Path) -> None:
    values = {"Alpha": 0.8, "Beta": 0.81, "Gamma": 0.79, "Delta": 0.7}
    swapped = {"Alpha": "Gamma", "Gamma": "Alpha"}
    boards = []
    for place, naming in (("one", {}), ("two", swapped)):
        play = start(tmp_path / place)
        for i, (name, value) in enumerate(values.items()):
            play.team(naming.get(name, name))
            play.scored(naming.get(name, name), value, seed=i)
        boards.append(play.board().document)
    back = [
        row.model_copy(update={"name": swapped.get(row.name, row.name)}) for row in boards[1].rows
    ]
    assert {row.name: row for row in back} == {row.name: row for row in boards[0].rows}


def test_what_has_no_score_is_never_ranked_and_only_its_team_sees_it(play: Play) -> None:
    play.scored("Alpha", 0.7)
    queued, failed = play.send("Beta"), play.send("Gamma")
    play.fail(failed)
    assert names(play.board()) == [(1, "Alpha")]
    assert play.board().document.unscored == []
    mine = play.board(viewer=play.viewer("Beta")).document.unscored
    assert [(one.submission, one.state) for one in mine] == [(queued, "queued")]
    host = play.board(viewer=ORGANISER).document.unscored
    assert [(one.submission, one.reason) for one in host] == [(queued, ""), (failed, "row 3")]


def test_a_score_set_aside_is_shown_without_a_rank_and_says_who_and_why(play: Play) -> None:
    one = play.scored("Alpha", 0.9)
    play.scored("Beta", 0.8)
    play.override(one, None)
    found = play.board()
    assert names(found) == [(1, "Beta"), (None, "Alpha")]
    row = row_of(found, "Alpha")
    assert row.score is None and row.rank_low is None
    assert row.note == "score set aside by boss: found out"
    (change,) = found.document.changes
    assert (change.kind, change.author, change.reason) == ("overridden", "boss", "found out")


def test_an_organisers_value_ranks_without_an_interval(play: Play) -> None:
    one = play.scored("Alpha", 0.9)
    play.scored("Beta", 0.8)
    play.override(one, 0.5)
    row = row_of(play.board(), "Alpha")
    assert (row.rank, row.score, row.low, row.high) == (2, 0.5, None, None)


def test_a_withdrawal_shows_with_its_author(play: Play) -> None:
    one = play.scored("Alpha", 0.9)
    play.scored("Beta", 0.8)
    play.withdraw(one, actor=play.teams["Alpha"])
    found = play.board().document
    assert [row.name for row in found.ranked] == ["Beta"]
    (change,) = found.changes
    assert (change.kind, change.subject, change.author) == ("withdrawn", one, "Alpha")


def test_the_last_counts_by_default_and_the_best_states_its_optimism(tmp_path: Path) -> None:
    for selection, score, optimism in (("last", 0.8, False), ("best", 0.82, True)):
        play = start(tmp_path / selection, {"selection": selection})
        play.team("Alpha")
        for value in (0.81, 0.82, 0.8):
            play.scored("Alpha", value)
        row = row_of(play.board(), "Alpha")
        assert (row.score, row.entries) == (score, 3)
        assert (row.optimism is not None and row.optimism > 0.003) == optimism


def test_a_new_score_set_takes_over_when_everybody_is_in_it(play: Play) -> None:
    sent = {name: play.scored(name, value) for name, value in (("Alpha", 0.7), ("Beta", 0.8))}
    new = play.new_set()
    play.score(sent["Alpha"], 0.9, score_set=new)
    half = play.board().document
    assert half.score_set == play.score_set and [r.name for r in half.ranked] == ["Beta", "Alpha"]
    assert "1 to come" in half.notices[0]
    play.score(sent["Beta"], 0.8, score_set=new)
    whole = play.board().document
    assert whole.score_set == new and [r.name for r in whole.ranked] == ["Alpha", "Beta"]
    assert whole.changes[0].reason == "metric-version: ties"
    old = play.board(score_set=play.score_set).document
    assert [row.name for row in old.ranked] == ["Beta", "Alpha"]
    with pytest.raises(UsageError, match="no score set"):
        play.board(score_set="v-9")


def test_a_final_phase_shows_nothing_before_all_of_it_is_scored(play: Play) -> None:
    one = play.scored("Alpha", 0.7)
    play.score(one, 0.65, phase="final")
    assert names(play.board("final", viewer=ORGANISER)) == []
    play.phase_scored()
    assert names(play.board("final")) == [(1, "Alpha")]


def test_the_floor_and_baselines_stand_where_their_values_do(tmp_path: Path) -> None:
    baselines = [
        {"id": "simple", "submission": "s.csv", "split": "pub", "expected": 0.75},
        {"id": "elsewhere", "submission": "s.csv", "expected": 0.75},
    ]
    play = start(tmp_path / "store", {"baselines": baselines})
    for name, value in (("Alpha", 0.8), ("Beta", 0.7), ("Gamma", 0.5)):
        play.team(name)
        play.scored(name, value)
    rows = play.board().document.rows
    assert [row.name for row in rows] == [
        "Alpha",
        "baseline: simple",
        "Beta",
        "floor: always no",
        "Gamma",
    ]
    assert [row.rank for row in rows] == [1, None, 2, None, 3]


def test_lower_is_better_where_the_metric_says_so(tmp_path: Path) -> None:
    metrics = [{"name": "brier", "primary": True}, {"name": "accuracy"}]
    play = start(tmp_path / "store", {"metrics": metrics})
    for name, value in (("Alpha", 0.3), ("Beta", 0.2)):
        play.team(name)
        play.scored(name, value)
    found = play.board()
    assert names(found) == [(1, "Beta"), (2, "Alpha")]
    assert row_of(found, "Beta").p_first > 0.9


def test_order_follows_stored_values_not_the_digits_shown(play: Play) -> None:
    play.scored("Beta", 0.80004)
    play.scored("Alpha", 0.80001)
    found = play.board()
    assert names(found) == [(1, "Beta"), (2, "Alpha")]
    assert row_of(found, "Beta").score == row_of(found, "Alpha").score == 0.8


def test_without_resamples_ranks_stand_alone_and_the_board_says_so(play: Play) -> None:
    play.scored("Alpha", 0.8)
    play.scored("Beta", 0.7, resampled=np.empty(0))
    found = play.board()
    assert names(found) == [(1, "Alpha"), (2, "Beta")]
    assert row_of(found, "Alpha").rank_low is None and found.tables() == {}
    assert found.document.notices == ["No rank intervals: no resampled values of Beta."]


def test_undefined_resamples_are_left_out_for_everybody(play: Play) -> None:
    some = draws(0.7, 3)
    some[:5] = np.nan
    play.scored("Alpha", 0.8)
    play.scored("Beta", 0.7, resampled=some)
    assert play.board(viewer=ORGANISER).document.conventions["left_out_resamples"] == 5
    # How rare a class is shows in it: it is not told while the labels are in use.
    assert play.board().document.conventions["left_out_resamples"] is None


@pytest.mark.parametrize("name", ["=cmd|' /C calc'!A0", "+1", "-2", "@SUM(A1)", "＝1"])
def test_a_spreadsheet_computes_no_team_name(play: Play, name: str) -> None:
    play.team(name)
    play.scored(name, 0.7)
    rows = list(csv.DictReader(io.StringIO(board_csv(play.board().document))))
    assert rows[0]["name"] == f"'{name}"
    assert float(rows[0]["score"]) == 0.7


def test_csv_holds_every_row_and_secondary_metric(play: Play) -> None:
    play.scored("Alpha", 0.8)
    rows = list(csv.DictReader(io.StringIO(board_csv(play.board(viewer=ORGANISER).document))))
    assert [(row["kind"], row["rank"]) for row in rows] == [("team", "1"), ("floor", "")]
    assert float(rows[0]["brier"]) == 0.2


def test_an_empty_board_says_that_it_is_empty(play: Play) -> None:
    document = play.board().document
    assert document.rows == [] and document.notices == ["Nobody has a score yet."]
    with pytest.raises(UsageError, match="did you mean 'open'"):
        play.board("opne")
    with pytest.raises(UsageError, match="did you mean 'demo'"):
        board(play.store, "demos")


def test_another_scheme_than_the_boards_own_is_said(tmp_path: Path) -> None:
    play = start(tmp_path / "s", {"ranking": {"scheme": "rank_then_mean"}})
    play.team("Alpha")
    play.scored("Alpha", 0.8)
    assert "rank_then_mean" in play.board().document.notices[0]


def test_a_new_cards_metric_ranks_its_own_set(play: Play) -> None:
    sent = {name: play.scored(name, value) for name, value in (("Alpha", 0.7), ("Beta", 0.8))}
    content = CARD | {"version": "2.0.0", "metrics": [{"name": "brier", "primary": True}]}
    card = parse_challenge(content, Path("card.yaml"))
    new = play.new_set(card)
    play.card = card
    for name, value in (("Alpha", 0.1), ("Beta", 0.2)):
        play.score(sent[name], value, score_set=new)
    found = play.board().document
    assert (found.metric, found.version) == ("brier", "2.0.0")
    assert [row.name for row in found.ranked] == ["Alpha", "Beta"]


def test_schema_is_current() -> None:
    for name, schema in schemas().items():
        assert json.loads((SCHEMAS / name).read_text(encoding="utf-8")) == schema
