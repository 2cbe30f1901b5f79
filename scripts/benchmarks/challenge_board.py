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
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

TEAMS, CASES, RESAMPLES = 100, 10_000, 1_000
CARD: dict[str, Any] = {
    "schema_version": 2,
    "id": "bench",
    "version": "1.0.0",
    "title": {"en": "Bench", "fr": "Banc"},
    "description": {"en": "A bench", "fr": "Un banc"},
    "use_case": "bench",
    "licence": "CC0-1.0",
    "contact": {"name": "team"},
    "key": "case",
    "unit": "patient",
    "label": "label",
    "classes": ["no", "yes"],
    "submission": {"forms": ["probabilities"]},
    "missing_value_policy": "reject",
    "decision": {"rule": "most-probable"},
    "metrics": [{"name": "auroc", "primary": True}],
    "intervals": {"resamples": RESAMPLES, "level": 0.95, "seed": 7},
    "phases": [
        {
            "id": "open",
            "split": "sample",
            "opens": "2026-01-01T00:00:00Z",
            "closes": "2027-01-01T00:00:00Z",
        }
    ],
    "sample": {"labels": "labels.csv", "submission": "sample.csv"},
}


def cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of a call, and what it returned."""
    start = time.process_time()
    found = work()
    return time.process_time() - start, found


def said(what: str, seconds: float) -> None:
    """Print a line."""
    print(f"{what:66s}{seconds:9.3f} s", flush=True)


def make(place: Path) -> tuple[Any, pd.DataFrame]:
    """Open the challenge in a store; return the store and the labels."""
    import yaml

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
    folder = place / "pack"
    folder.mkdir()
    (folder / "challenge.yaml").write_text(yaml.safe_dump(CARD))
    labels.to_csv(folder / "labels.csv", index=False)
    (folder / "sample.csv").write_bytes(answer(labels, 1))
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
