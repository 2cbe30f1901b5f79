"""A board ranks by its card's scheme, as ``rank`` does on values of cases; from events alone."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbench.challenge.pack import check_pack
from workbench.challenge.ranking import rank
from workbench.challenge.ranking.scheme_names import SCHEMES, get_scheme
from workbench.challenge.standings import board, close_challenge, verify_report
from workbench.challenge.store import Store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.teams import create_team
from workbench.challenge.submissions import submit, work
from workbench.challenge.submissions.corrections import override
from workbench.errors import UsageError
from workbench.scoring import load_challenge, split_labels

from ..submissions.world import CARD, World, answer, make_world, write_pack  # noqa: TID252

BOSS = Principal("boss", "organiser")
OTHERS = [name for name in SCHEMES if name != "mean_then_rank"]
SHIFTS = (0.0, 0.05, -0.05, 0.2)


def played(store: Store, clock: SetClock, place: Path, rules: dict[str, Any]) -> World:
    """Open a challenge under a scheme, with a file of each of four teams scored."""
    world = make_world(store, place, {"ranking": rules, "limits": {}})
    with store.writing("boss") as transaction:
        more = [create_team(transaction, world.card.id, name) for name in ("Three", "Four")]
    world.teams += [Principal(t, "participant", team=t, challenge=world.card.id) for t in more]
    clock.put(datetime(2026, 4, 2, tzinfo=UTC))
    for shift, team in zip(SHIFTS, world.teams, strict=True):
        content = answer(shift, splits=("public", "private"))
        submit(store, team, "demo", content, filename="a.csv")
    list(work(store, world.worker, idle_s=None))
    return world


def directly(world: World, names: list[str], scheme: str, **params: Any) -> Any:
    """Rank the Brier terms of all files with ``rank``, which knows nothing of stores."""
    labels = split_labels(world.card, world.card.split("public"), world.labels)
    truth = (labels["label"] == "yes").to_numpy(dtype=float)
    frames = []
    for name, shift in zip(names, SHIFTS, strict=True):
        table = pd.read_csv(BytesIO(answer(shift))).set_index("case").loc[labels["case"]]
        terms = (table["yes"].to_numpy() - truth) ** 2 + (table["no"].to_numpy() - (1 - truth)) ** 2
        columns = {"case": labels["case"], "patient": labels["patient"], "value": terms}
        frames.append(pd.DataFrame({**columns, "algorithm": name}))
    rules = world.card.intervals
    return rank(
        pd.concat(frames),
        direction="minimize",
        scheme=get_scheme(scheme, **params),
        unit="patient",
        resamples=rules.resamples,
        seed=rules.seed,
    )


@pytest.mark.parametrize("scheme", OTHERS)
def test_board_equals_the_ranking_of_the_same_cases(
    scheme: str, store: Store, clock: SetClock, tmp_path: Path
) -> None:
    world = played(store, clock, tmp_path, {"scheme": scheme})
    found = board(store, "demo", "late", viewer=BOSS).document
    names = ["Équipe 1", "Team 2", "Three", "Four"]
    table = directly(world, names, scheme).table("scores").set_index("algorithm")
    rows = {row.name: row for row in found.rows if row.kind == "team"}
    assert {name: row.rank for name, row in rows.items()} == table["rank"].to_dict()
    for column in ("rank_low", "rank_high", "set_low", "set_high", "p_first"):
        told = [getattr(rows[name], column) for name in names]
        assert told == pytest.approx(table.loc[names, column].tolist(), abs=5e-4), column
    assert found.conventions["scheme"] == get_scheme(scheme).label
    shown = [row.rank for row in found.rows if row.kind == "team"]
    assert shown == sorted(shown)
    assert any("scheme" in notice for notice in found.notices)


def test_scheme_may_turn_the_order_of_the_scores(
    store: Store, clock: SetClock, tmp_path: Path
) -> None:
    played(store, clock, tmp_path, {"scheme": "quantile_then_rank", "params": {"q": 0.9}})
    rows = board(store, "demo", "late", viewer=BOSS).document.ranked
    by_rank = [row.name for row in rows]
    by_score = [row.name for row in sorted(rows, key=lambda row: row.score or 0.0)]
    assert by_rank != by_score


def test_report_of_a_scheme_is_computed_again(
    store: Store, clock: SetClock, tmp_path: Path
) -> None:
    world = played(store, clock, tmp_path, {"scheme": "rank_then_mean"})
    clock.put(datetime(2026, 6, 1, tzinfo=UTC))
    close_challenge(store, "demo", world.worker, BOSS, tmp_path / "report")
    proof = verify_report(tmp_path / "report")
    assert proof.problems == []
    final = board(store, "demo", "final").document
    assert [row.rank_low for row in final.ranked] != [None] * 4


def test_mean_of_kept_cases_is_the_score(store: Store, clock: SetClock, tmp_path: Path) -> None:
    played(store, clock, tmp_path, {"scheme": "rank_then_median"})
    for one in board(store, "demo", "late", viewer=BOSS).people.values():
        assert np.mean(one.case_values) == pytest.approx(one.sheet.primary.value, abs=1e-12)


def test_nothing_of_cases_is_kept_where_the_mean_ranks(
    store: Store, clock: SetClock, tmp_path: Path
) -> None:
    played(store, clock, tmp_path, {"scheme": "mean_then_rank"})
    people = board(store, "demo", "late", viewer=BOSS).people
    assert all(len(one.case_values) == 0 for one in people.values())


def test_one_team_alone_is_first(store: Store, clock: SetClock, tmp_path: Path) -> None:
    world = make_world(store, tmp_path, {"ranking": {"scheme": "rank_then_mean"}})
    submit(store, world.team, "demo", answer(), filename="a.csv")
    list(work(store, world.worker, idle_s=None))
    (row,) = board(store, "demo", "open", viewer=BOSS).document.ranked
    assert row.rank == 1


def test_a_value_set_by_hand_has_no_place_among_cases(
    store: Store, clock: SetClock, tmp_path: Path
) -> None:
    played(store, clock, tmp_path, {"scheme": "rank_then_mean"})
    one = next(iter(board(store, "demo", "late", viewer=BOSS).people.values()))
    with pytest.raises(UsageError, match="set the score aside"):
        override(store, BOSS, one.submission["id"], 0.5, "a try")
    override(store, BOSS, one.submission["id"], None, "broke a rule")
    rows = board(store, "demo", "late", viewer=BOSS).document.rows
    (row,) = [row for row in rows if row.team == one.team["id"]]
    assert row.rank is None


def test_ladder_and_a_scheme_of_cases_do_not_go_together(tmp_path: Path) -> None:
    phases = [{**phase, "ladder": phase["id"] == "open"} for phase in CARD["phases"]]
    folder = write_pack(tmp_path, {"ranking": {"scheme": "rank_then_mean"}, "phases": phases})
    report = check_pack(load_challenge(folder), tmp_path / "labels")
    assert "scheme-ladder" in {one.problem.code for one in report.findings if one.problem}
