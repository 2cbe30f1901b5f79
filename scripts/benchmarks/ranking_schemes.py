"""Times the bootstrap of every ranking scheme beside a loop over resamples with NumPy and SciPy.

1,000 resamples of 100 algorithms x 10,000 cases (the test scheme: 20 x 1,000). The loop draws rows,
aggregates and ranks one resample after the other; it is run for a few resamples and scaled up. Both
get the same resamples, and the ranks of those looped over must be equal. CPU seconds of all
threads, compiled code warm.

    OMP_NUM_THREADS=1 python scripts/benchmarks/ranking_schemes.py
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.stats import rankdata, wilcoxon

from workbench.challenge.ranking import SCHEMES, get_scheme
from workbench.metrics import unit_weights

RESAMPLES, LOOPED = 1000, 5


def wins(values: Any) -> Any:
    """Return how many others each column beats, as SciPy tests it."""
    won = np.zeros(values.shape[1])
    for i, j in itertools.permutations(range(values.shape[1]), 2):
        found = wilcoxon(
            values[:, i], values[:, j], alternative="greater", method="asymptotic", correction=True
        )
        won[i] += found.pvalue <= 0.05
    return won


def in_case(values: Any) -> Any:
    """Return ranks within each case, best first."""
    return rankdata(-values, method="min", axis=1)


PEERS: dict[str, Callable[[Any], Any]] = {
    "mean_then_rank": lambda v: rankdata(-v.mean(axis=0), method="min"),
    "median_then_rank": lambda v: rankdata(-np.median(v, axis=0), method="min"),
    "quantile_then_rank": lambda v: rankdata(-np.quantile(v, 0.05, axis=0), method="min"),
    "rank_then_mean": lambda v: rankdata(in_case(v).mean(axis=0), method="min"),
    "rank_then_median": lambda v: rankdata(np.median(in_case(v), axis=0), method="min"),
    "test_then_rank": lambda v: rankdata(-wins(v), method="min"),
}


def main() -> None:
    rng = np.random.default_rng(0)
    for name in SCHEMES:
        n_cases, n_algorithms = (1_000, 20) if name == "test_then_rank" else (10_000, 100)
        skill = np.linspace(0, 0.05, n_algorithms)
        values = rng.normal(size=(n_cases, 1)) + skill + rng.normal(size=(n_cases, n_algorithms))
        weights = unit_weights(np.arange(n_cases), RESAMPLES, seed=0)
        scheme = get_scheme(name)
        scheme.ranks(values, weights, "maximize")
        start = time.process_time()
        ranks = scheme.ranks(values, weights, "maximize")
        ours = time.process_time() - start
        start = time.process_time()
        looped = [PEERS[name](np.repeat(values, weights[:, b], axis=0)) for b in range(LOOPED)]
        peer = (time.process_time() - start) * RESAMPLES / LOOPED
        assert np.array_equal(ranks[:LOOPED], looped), name
        size = f"{n_algorithms} x {n_cases:,}"
        print(f"{name:20s}{size:>14s}{ours:9.2f} s   loop {peer:9.1f} s   {peer / ours:8.0f} x")


if __name__ == "__main__":
    main()
