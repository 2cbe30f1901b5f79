"""The tables follow from the events alone, now and as of any earlier moment."""

from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select

from workbench.challenge.store.change import Change
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.events import (
    PAYLOADS,
    Closed,
    ModelRan,
    PhaseClosed,
    PhaseScored,
    Published,
    ScoreOverridden,
    SettingsChanged,
    SubmissionFailed,
    SubmissionWithdrawn,
)
from workbench.challenge.store.opening import open_score_set
from workbench.challenge.store.projection import changes
from workbench.challenge.store.rebuild import COLUMNS, rebuild
from workbench.challenge.store.tables import PROJECTED
from workbench.challenge.store.teams import add_member
from workbench.challenge.store.tokens import issue_token, revoke_token
from workbench.challenge.store.values import decode, encode
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions.queue import drop, enqueue
from workbench.errors import DataError
from workbench.scoring import load_challenge

from .opened import SEAL, Opened


def everything(opened: Opened, clock: SetClock) -> None:
    """Let every kind of event happen to a challenge."""
    store, where = opened.store, {"challenge": opened.challenge}
    with store.writing() as transaction:
        scored, failed, gone = (opened.send(transaction) for _ in range(3))
        add_member(transaction, opened.team, contact="a")
        prefix = issue_token(transaction, "participant", team=opened.team).prefix
    clock.forward(hours=1)
    with store.writing() as transaction:
        ran = {"code": "ok", "time": "under 1 s", "memory": "1 to 4 GiB", "tier": "sealed"}
        run = ModelRan(submission=scored, phase="public", backend="x", streaming=True, **ran)
        transaction.append(run, **where)
        opened.score(transaction, scored, 0.75)
        failure = SubmissionFailed(submission=failed, code="timeout", reason="took too long\n€")
        transaction.append(failure, **where)
        drop(transaction, failed)
        transaction.append(SubmissionWithdrawn(submission=gone, reason="mistake"), **where)
        opened.score(transaction, gone, 0.5)  # its score came later: it stays withdrawn
        revoke_token(transaction, prefix, "lost")
        key = {"submission": scored, "phase": "public", "score_set": opened.score_set}
        transaction.append(ScoreOverridden(**key, value=None, reason="leak"), **where)
        for value in (1, [2.5]):
            setting = SettingsChanged(name="rule", value=value, reason="why")
            transaction.append(setting, **where)
    card = load_challenge("tissue_lesions")
    with store.writing("bo") as transaction:
        new = open_score_set(transaction, card, {"x": SEAL}, cause="opt-out", reason="one left")
        enqueue(transaction, scored, "public", new)
        scores = PhaseScored(phase="public", score_set=new, submissions=[scored])
        published = Published(publication="p-1", phase="public", digest=SEAL)
        for payload in (PhaseClosed(phase="public"), scores, published, Closed(report_digest=SEAL)):
            transaction.append(payload, **where)


def test_the_rebuilt_tables_are_the_tables(opened: Opened, clock: SetClock) -> None:
    everything(opened, clock)
    tables = rebuild(opened.store)
    assert all(tables.values())  # every table has a row
    with opened.store.reading() as connection:
        for name, table in PROJECTED.items():
            columns = [table.c[column] for column in COLUMNS[name]]
            stored = connection.execute(select(*columns).order_by(table.c.seq)).mappings()
            rebuilt = sorted(tables[name].values(), key=lambda row: row["seq"])
            assert rebuilt == [dict(row) for row in stored]
    assert verify(opened.store).problems == []


def test_a_withdrawn_submission_stays_withdrawn(opened: Opened, clock: SetClock) -> None:
    everything(opened, clock)
    rows = list(rebuild(opened.store)["submission"].values())
    assert [row["state"] for row in rows] == ["scored", "failed", "scored"]
    assert [row["withdrawn_reason"] for row in rows] == [None, None, "mistake"]


def test_the_tables_of_a_day_stay_what_they_were(opened: Opened, clock: SetClock) -> None:
    noon, seq = clock.now(), opened.store.head().seq
    then = rebuild(opened.store)
    clock.forward(minutes=1)
    everything(opened, clock)
    assert rebuild(opened.store, until=noon) == rebuild(opened.store, until=seq) == then
    assert rebuild(opened.store, until=noon - timedelta(seconds=1))["challenge"] == {}
    assert rebuild(opened.store, challenge="other")["submission"] == {}


def test_every_kind_is_recorded_and_changes_one_row_of_a_table(
    opened: Opened, clock: SetClock
) -> None:
    everything(opened, clock)
    kinds = set()
    for event in opened.store.events():
        kinds.add(event.kind)
        tables = [change.table for change in changes(event)]
        assert len(tables) == len(set(tables))
    about_the_log = {"head-adopted", "log-missing", "clock-corrected"}
    assert kinds == set(PAYLOADS) - about_the_log


def test_a_change_is_a_row() -> None:
    assert Change._fields == ("table", "how", "key", "values")


def test_resampled_values_come_back_to_the_bit() -> None:
    values = [random.Random(1).random() for _ in range(1000)] + [float("nan"), -0.0, 5e-324]
    back = decode(encode(values))
    assert back.tobytes() == np.asarray(values).tobytes()
    assert decode("").shape == (0,)


@pytest.mark.parametrize("text", ["x", "AAAA", encode([1.0])[:-8], encode(np.zeros(2_000_000))])
def test_text_that_holds_no_values_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        decode(text)
