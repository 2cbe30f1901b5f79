"""Measure the event log of a store: durable events a second, and the time to verify a million.

Usage: python scripts/benchmarks/event_log.py [PLACE_FOLDER_OR_URL] [--events N]
Bars: 1,000,000 events verified in at most 15 s, in constant memory. The million is what a store of
500,000 submissions holds: each received, and each scored with a small sheet.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from workbench.audit.record import timestamp
from workbench.challenge.store import Store, open_store
from workbench.challenge.store.events import (
    ChallengeOpened,
    PhaseOpened,
    ScoreSetOpened,
    SettingsChanged,
    SubmissionReceived,
    SubmissionScored,
)
from workbench.challenge.store.files import put_file
from workbench.challenge.store.lines import Event, write_event
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.store.tables import PROJECTED
from workbench.challenge.store.tables import event as event_table
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.store.verify import verify

APPENDS, BATCH, DIGEST = 500, 2000, "0" * 64
SHEET = '{"primary":{"high":0.91,"low":0.85,"name":"auroc","value":0.88}}'


def open_challenge(transaction: Transaction) -> tuple[str, str]:
    """Open a challenge, a phase, a score set and a team; return digest of a file and team."""
    opened = ChallengeOpened(
        version="1.0.0", unit="patient", card={}, card_digest=DIGEST, labels={}, code_digest=DIGEST
    )
    scores = ScoreSetOpened(
        score_set="v-1",
        cause="start",
        reason="start",
        card_digest=DIGEST,
        code_digest=DIGEST,
        labels={},
    )
    for payload in (opened, PhaseOpened(phase="public"), scores):
        transaction.append(payload, challenge="demo")
    return put_file(transaction, b"answer"), create_team(transaction, "demo", "team")


def appends_per_second(store: Store) -> float:
    """Return how many transactions of one event last, one after the other, in a second."""
    start = time.perf_counter()
    for number in range(APPENDS):
        with store.writing("benchmark") as transaction:
            transaction.append(SettingsChanged(name="n", value=number, reason="benchmark"))
    return APPENDS / (time.perf_counter() - start)


def payloads(count: int, digest: str, team: str) -> Iterator[Any]:
    """Yield submissions, each received and then scored."""
    for number in range(count // 2):
        name = f"s-{number:06d}"
        yield SubmissionReceived(
            submission=name,
            team=team,
            phase="public",
            digest=digest,
            size=6,
            filename="answer.csv",
            check_digest=DIGEST,
        )
        yield SubmissionScored(submission=name, phase="public", score_set="v-1", sheet=SHEET)


def fill(store: Store, count: int) -> None:
    """Write events and their rows in batches, as the store would one by one."""
    with store.writing("benchmark") as transaction:
        digest, team = open_challenge(transaction)
        at, batch = timestamp(transaction.now), []
        for payload in payloads(count, digest, team):
            line, done, transaction.last = write_event(
                payload, actor=team, challenge="demo", at=at, after=transaction.last
            )
            batch.append((line, done))
            if len(batch) == BATCH:
                write_batch(transaction, batch)
                batch = []
        if batch:
            write_batch(transaction, batch)


def write_batch(transaction: Transaction, batch: list[tuple[str, Event]]) -> None:
    """Write events and the rows that follow from them alone."""
    tables = Tables()
    for _, done in batch:
        tables.add(done)
    lines = [
        {"seq": e.seq, "kind": e.kind, "challenge": e.challenge, "at": e.at, "line": line}
        for line, e in batch
    ]
    transaction.execute(insert(event_table), lines)
    for name, rows in tables.items():
        if rows:
            transaction.execute(insert(PROJECTED[name]), list(rows.values()))


def verify_seconds(store: Store, events: int) -> tuple[float, float]:
    """Return wall and CPU seconds; they differ where the machine has other work."""
    wall, cpu = time.perf_counter(), time.process_time()
    checked = verify(store)
    seconds = time.perf_counter() - wall, time.process_time() - cpu
    if checked.problems or checked.events < events:
        raise SystemExit(f"{checked.events} events, problems: {checked.problems[:3]}")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("place", nargs="?", help="empty; else in /tmp")
    parser.add_argument("--events", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place = arguments.place or str(Path(name) / "store")
        with open_store(place) as store:
            print(f"durable events: {appends_per_second(store):.0f} a second, one a transaction")
            start = time.perf_counter()
            fill(store, arguments.events)
            print(f"{arguments.events:,} events written in {time.perf_counter() - start:.0f} s")
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            wall, cpu = verify_seconds(store, arguments.events)
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        print(
            f"verified in {wall:.1f} s, of CPU {cpu:.1f} s (bar: 15); memory grew {grown:.0f} MiB"
        )


if __name__ == "__main__":
    main()
