"""Times what a participant waits for: acknowledgement of a post, check and score of a large file.

100 files of 1,000 cases are posted by 8 processes to a SQLite store, each commit on disk; then one
worker scores them all. A file of 100,000 rows is checked and scored as the worker does. Bars: none
lost, 95 % acknowledged within 0.5 s; 100,000 rows checked and scored in at most 1 s of CPU
(balanced accuracy, 1,000 resamples over 10,000 patients).

    OMP_NUM_THREADS=1 python scripts/benchmarks/submissions.py [FOLDER]
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from bench.challenge import write_pack

from workbench.challenge.store import open_store
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.teams import create_team
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions import Labels, open_challenge, submit, work
from workbench.scoring import check_report, check_submission, load_challenge, load_truth
from workbench.scoring.scorer import scored

POSTS, PROCESSES, CASES, ROWS = 100, 8, 1_000, 100_000


def answer(cases: int, seed: int) -> bytes:
    """Return a valid file."""
    share = np.random.default_rng(seed).random(cases).round(4)
    rows = [f"case-{i:06d},{1 - p:.4f},{p:.4f}" for i, p in enumerate(share)]
    return "\n".join(["case,no,yes", *rows, ""]).encode()


def pack(folder: Path, cases: int) -> Path:
    """Write the challenge with so many cases, ten of each patient."""
    truth = np.random.default_rng(0).random(cases) < 0.3
    labels = pd.DataFrame(
        {
            "case": [f"case-{i:06d}" for i in range(cases)],
            "patient": [f"p-{i // 10}" for i in range(cases)],
            "label": np.where(truth, "yes", "no"),
        }
    )
    return write_pack(folder, "balanced-accuracy", labels, answer(cases, 0))


def post(place: str, team: str, seeds: list[int], start: float) -> list[float]:
    """Post files one after the other; return the seconds until each was acknowledged."""
    principal = Principal(team, "participant", team=team, challenge="bench")
    files = [answer(CASES, seed) for seed in seeds]
    seconds = []
    with open_store(place) as store:
        while time.time() < start:
            time.sleep(0.001)
        for content in files:
            began = time.perf_counter()
            submit(store, principal, "bench", content, filename="answer.csv")
            seconds.append(time.perf_counter() - began)
    return seconds


def posts(folder: Path) -> None:
    """Print how long 100 posts of 8 processes wait, and that none is lost."""
    place = str(folder / "store")
    with open_store(place) as store:
        open_challenge(store, pack(folder / "pack", CASES))
        with store.writing("organiser") as transaction:
            teams = [create_team(transaction, "bench", f"Team {i}") for i in range(PROCESSES)]
    start = time.time() + 6
    jobs = [
        (place, teams[i], list(range(1 + i, 1 + POSTS, PROCESSES)), start) for i in range(PROCESSES)
    ]
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        waits = np.array([s for found in pool.starmap(post, jobs) for s in found])
    with open_store(place) as store:
        cpu, wall = time.process_time(), time.perf_counter()
        done = [d for d in work(store, Labels(), idle_s=None) if d.outcome == "scored"]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        problems = verify(store).problems
    print(
        f"{POSTS} posts of {PROCESSES} processes: p50 {np.median(waits):.3f} s, p95 "
        f"{np.quantile(waits, 0.95):.3f} s (bar 0.5), longest {waits.max():.3f} s; acknowledged "
        f"{len(waits)}, scored {len(done)}, problems of the store {len(problems)}"
    )
    print(f"one worker scores them: {cpu / POSTS:.4f} CPU s each, {wall / POSTS:.4f} s of wall")


def large(folder: Path) -> None:
    """Print how long a file of 100,000 rows takes."""
    card = load_challenge(pack(folder / "large", ROWS))
    labels = load_truth(folder / "large" / "labels.csv", card)
    keys, content = labels["case"].tolist(), answer(ROWS, 1)
    for name in ("first", "again"):
        began = time.process_time()
        check_report(content, card, keys)
        checked = time.process_time() - began
        began = time.process_time()
        table = check_submission(content, card, keys)
        scored(table, labels, card)
        both = time.process_time() - began
        print(
            f"{ROWS:,} rows, {name}: report {checked:.2f} s, check and score {both:.2f} s (bar 1)"
        )


def main() -> None:
    where = sys.argv[1] if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory(dir=where) as name:
        os.environ.setdefault("WORKBENCH_AUDIT_HEADS", str(Path(name) / "heads"))
        posts(Path(name))
        large(Path(name))


if __name__ == "__main__":
    main()
