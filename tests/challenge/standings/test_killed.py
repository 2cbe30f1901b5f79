"""Organisers' programs killed at random moments, and a database that goes away under them."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine

from workbench.challenge.standings import board, close_challenge, rescore, verify_report
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.clock import SetClock
from workbench.challenge.store.rebuild import rebuild
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import Labels, WorkRules, submit, work
from workbench.challenge.submissions import worker as worker_module
from workbench.errors import DataError, WorkbenchError

from ..submissions.world import answer  # noqa: TID252
from .test_at_once import OVER, halved, leave_out
from .test_closing import BOSS, kinds, make

QUICK = WorkRules(lease_s=0.05, attempts=10**6, retry_s=0)


def run(verb: str, place: str, labels: Path, report: Path, moment: datetime) -> None:
    """Rescore, then close, as often as it takes; leases end soon, so that nobody waits a minute."""
    worker_module.WorkRules = lambda: QUICK  # type: ignore[misc, assignment]
    with open_store(place, clock=Moving(moment)) as store:
        if verb == "rescore":
            options: dict[str, Any] = {"cause": "opt-out", "reason": "one person"}
            rescore(store, "demo", Labels(labels), BOSS, **options)
        else:
            close_challenge(store, "demo", Labels(labels), BOSS, report)


class Moving(SetClock):
    """A clock that starts at a moment and goes on."""

    def now(self) -> datetime:
        """Return the moment, as much later as this machine's clock has gone on."""
        began = self.__dict__.setdefault("_began", time.monotonic())
        return super().now() + (datetime.fromtimestamp(time.monotonic() - began, UTC) - EPOCH)


EPOCH = datetime.fromtimestamp(0, UTC)


def test_rescoring_and_closing_killed_at_any_moment_end_whole(place: str, tmp_path: Path) -> None:
    with open_store(place, clock=SetClock(datetime(2026, 3, 1, 12, tzinfo=UTC))) as store:
        clock = store.clock
        assert isinstance(clock, SetClock)
        found, _ = make(store, clock, tmp_path)
        submit(store, found.team, "demo", answer(0.03, splits=("public", "private")), filename="w")
        leave_out(found, "public", "p-public-3")
    context, draw = multiprocessing.get_context("fork"), random.Random(3)
    moment = OVER
    for verb in ("rescore", "close"):
        for last in (False, False, False, False, False, True):
            given = (verb, place, found.labels, tmp_path / "report", moment)
            process = context.Process(target=run, args=given)
            process.start()
            process.join(120 if last else draw.uniform(0.05, 0.6))
            if process.is_alive():
                os.kill(process.pid or 0, signal.SIGKILL)
                process.join()
            moment = moment.replace(day=moment.day + 1)
    with open_store(place, clock=Moving(moment)) as store:
        found.store = store
        list(work(store, found.worker, idle_s=None, rules=QUICK))
        closed = close_challenge(store, "demo", found.worker, BOSS, tmp_path / "report")
        with store.writing("boss"):
            pass  # the last of the killed may have left the head behind: the next writer mends it
        names = kinds(found)
        assert names.count("closed") == names.count("phase-scored") == 1
        assert names.count("score-set-opened") == 2
        scores = [e.payload for e in store.events() if e.kind == "submission-scored"]
        keys = [(s["submission"], s["phase"], s["score_set"]) for s in scores]
        assert len(keys) == len(set(keys))
        assert board(store, "demo", "late").document.n_cases == 10
        assert verify(store).problems == []
        assert rebuild(store)["challenge"][("demo",)]["report_digest"] == closed.digest
    assert verify_report(tmp_path / "report", announced=closed.digest).problems == []


def test_a_database_that_goes_away_is_an_error_and_nothing_is_half_done(
    store: Store, clock: SetClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.place.is_file:
        pytest.skip("a SQLite store has no server")
    found, _ = make(store, clock, tmp_path)
    before = board(store, "demo", "late").document
    card = halved(found)
    calls = []
    judge = worker_module.Judge

    def cut(*given: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            admin = create_engine(store.place.url)
            with admin.begin() as connection:
                connection.exec_driver_sql(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database()"
                )
            admin.dispose()
        return judge(*given)

    monkeypatch.setattr(worker_module, "Judge", cut)
    options: dict[str, Any] = {"cause": "card", "reason": "halved", "card": card}
    try:
        rescore(store, "demo", found.worker, BOSS, **options)
    except WorkbenchError as error:
        assert isinstance(error, DataError), error
        assert board(store, "demo", "late").document.rows == before.rows
    list(work(store, found.worker, idle_s=None))
    assert board(store, "demo", "late").document.version == "2.0.0"
    assert verify(store).problems == []
