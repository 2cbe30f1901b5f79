"""Times the board of a challenge with 100 teams, 10,000 cases and 1,000 resamples, and one more.

The store is filled through the worker's own steps: files are checked, scored on the card's
resamples and recorded as events. Timed are the board from the events alone (read, rank intervals,
rank sets, tie group, all pairs), the board of a program that runs on and reads only new events, and
one submission more: check and score beside reading its file, record, board again. CPU seconds of
all threads.

    OMP_NUM_THREADS=1 python scripts/benchmarks/challenge_board.py
"""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bench.challenge import CARD, write_pack
from bench.clock import cpu

TEAMS, CASES, RESAMPLES = 100, 10_000, CARD["intervals"]["resamples"]


def said(what: str, seconds: float) -> None:
    """Print a line."""
    print(f"{what:66s}{seconds:9.3f} s", flush=True)


def make(place: Path) -> tuple[Any, pd.DataFrame]:
    """Open the challenge in a store; return the store and the labels."""
    from workbench.challenge.store import open_store
    from workbench.challenge.store.clock import SetClock
    from workbench.challenge.submissions import open_challenge

    rng = np.random.default_rng(0)
    cases = [f"c{i:05d}" for i in range(CASES)]
    labels = pd.DataFrame(
        {
            "case": cases,
            "patient": [f"p{i}" for i in range(CASES)],
            "label": np.where(rng.random(CASES) < 0.4, "yes", "no"),
        }
    )
    folder = write_pack(place / "pack", "auroc", labels, answer(labels, 1))
    store = open_store(place / "store", clock=SetClock(datetime(2026, 3, 1, tzinfo=UTC)))
    open_challenge(store, folder, None, "bench")
    return store, labels


def answer(labels: pd.DataFrame, seed: int) -> bytes:
    """Return a team's file."""
    rng = np.random.default_rng(seed)
    shift = (labels["label"] == "yes").to_numpy() * (0.5 + 0.01 * (seed % 30))
    p = 1 / (1 + np.exp(-(rng.normal(size=len(labels)) + shift)))
    yes = p.round(6)
    table = pd.DataFrame({"case": labels["case"], "no": (1 - yes).round(6), "yes": yes})
    return table.to_csv(index=False).encode()


def main() -> None:
    """Fill a store and time its board."""
    from workbench.challenge.standings import Follower, board
    from workbench.challenge.store.teams import create_team
    from workbench.challenge.submissions import Labels, submit, team_here, work
    from workbench.scoring.reading import read_table_bytes

    with tempfile.TemporaryDirectory() as name:
        os.environ["WORKBENCH_AUDIT_HEADS"] = f"{name}/heads"
        store, labels = make(Path(name))
        scorer, follower = Labels(), Follower(store, "bench")

        def send(number: int) -> None:
            with store.writing("bench") as transaction:
                create_team(transaction, "bench", f"Team {number}")
            team = team_here(store, "bench", f"Team {number}")
            submit(store, team, "bench", answer(labels, number), filename="a.csv")

        print(f"{TEAMS} submissions x {CASES:,} cases x {RESAMPLES:,} resamples, CPU seconds")
        for number in range(TEAMS):
            send(number)
        seconds, done = cpu(lambda: list(work(store, scorer, idle_s=None)))
        assert len(done) == TEAMS and {one.outcome for one in done} == {"scored"}
        said("check, score and record 100 files (each on all resamples)", seconds)
        board(store, "bench")
        seconds, found = cpu(lambda: (board(store, "bench"), 0)[0])
        assert len(found.document.ranked) == TEAMS
        said("the board from the events alone", seconds)
        said("  its tables for figures (all pairs, rank shares)", cpu(found.tables)[0])
        follower.board()
        send(TEAMS)
        content = answer(labels, TEAMS)
        reading, _ = cpu(lambda: read_table_bytes(content, "a.csv"))
        scoring, _ = cpu(lambda: list(work(store, scorer, idle_s=None)))
        again, found = cpu(follower.board)
        assert len(found.document.ranked) == TEAMS + 1
        said("one more: read its file", reading)
        said("one more: check, score and record it", scoring)
        said("one more: the board of 101, by a program that runs on", again)
        store.close()


if __name__ == "__main__":
    sys.exit(main())
