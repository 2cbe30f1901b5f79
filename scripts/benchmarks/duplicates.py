"""Times the comparison of all pairs of 1,000 submissions of 20 teams to 10,000 cases.

What ``workbench challenge duplicates`` does after the files are read: ranks and decisions of every
submission are kept, all pairs of different teams compared. One pair is a copy. Bars: 20 s of CPU on
two cores and 500 MB beside the interpreter and its libraries.

    OMP_NUM_THREADS=1 python scripts/benchmarks/duplicates.py
"""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
from bench.clock import cpu

from workbench.challenge.instruments.likeness import Answered

SUBMISSIONS, TEAMS, CASES = 1_000, 20, 10_000
COPY, COPIED = 900, 999


def compare() -> list[tuple[int, int]]:
    """Compare simulated submissions; return the pairs that are reported."""
    rng = np.random.default_rng(1)
    base = rng.normal(size=CASES)
    answered = Answered(SUBMISSIONS, CASES, 1, 2)
    stated: Any = None
    for place in range(SUBMISSIONS):
        yes = 1 / (1 + np.exp(-base - rng.normal(size=CASES)))
        stated = yes[:, None]
        answered.put(place, stated, (yes > 0.5).astype(np.int64))
    answered.put(COPY, stated, (stated[:, 0] > 0.5).astype(np.int64))
    owners = np.arange(SUBMISSIONS) // (SUBMISSIONS // TEAMS)
    pairs, _ = answered.alike(owners, 0.999, 0.99)
    return [(pair.first, pair.second) for pair in pairs]


def main() -> None:
    """Print seconds, and memory of a second run: tracing it takes time of its own."""
    seconds, pairs = cpu(compare)
    assert pairs == [(COPY, COPIED)], pairs
    tracemalloc.start()
    compare()
    peak = tracemalloc.get_traced_memory()[1]
    print(f"{SUBMISSIONS:,} submissions of {TEAMS} teams x {CASES:,} cases, all pairs")
    print(f"{seconds:.1f} s of CPU, {peak / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
