"""Ranks on every resample and what they say: intervals, P(rank 1), shares, stability.

These describe how the ranking moves when the units are drawn again. They are not confidence sets
for the ranks: between equals a bootstrap rank interval covers too rarely (Mogstad, Romano, Shaikh
and Wilhelm 2024, Rev Econ Stud 91:476); :mod:`workbench.challenge.ranking.rank_sets` has those.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.intervals import percentiles


def score_intervals(values: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return the percentile interval of each score, shape ``(m, 2)``, from ``(m, B)``."""
    return np.array([percentiles(row, level) for row in values])


def rank_intervals(ranks: NDArray[np.float64], level: float) -> NDArray[np.float64]:
    """Return the percentile interval of each rank, ends that are ranks and not between them.

    Args:
        ranks: Shape ``(B, m)``.
        level: Share of the resamples within.

    Returns:
        Shape ``(m, 2)``.

    >>> rank_intervals(np.array([[1.0, 2.0]] * 97 + [[2.0, 1.0]] * 3), 0.95).tolist()
    [[1.0, 2.0], [1.0, 2.0]]
    """
    ordered = np.sort(ranks, axis=0)
    # Rounded, so that a place such as 2.0000000000000004 does not reach for its neighbour.
    below = int(np.floor(round((1.0 - level) / 2.0 * (len(ranks) - 1), 9)))
    return np.column_stack([ordered[below], ordered[len(ranks) - 1 - below]])


def first_shares(compared: NDArray[np.float64], smaller_is_better: bool) -> NDArray[np.float64]:
    """Return the share of resamples each algorithm is first in; k that tie have 1/k each.

    Args:
        compared: Shape ``(m, B)``.
        smaller_is_better: Whether the smallest is first.

    Returns:
        Shape ``(m,)``; they sum to 1.

    >>> first_shares(np.array([[3.0, 1.0], [3.0, 2.0]]), False).tolist()
    [0.25, 0.75]
    """
    best = compared.min(axis=0) if smaller_is_better else compared.max(axis=0)
    first = compared == best
    return np.asarray((first / first.sum(axis=0)).mean(axis=1))


def rank_shares(ranks: NDArray[np.float64]) -> list[tuple[int, float, float]]:
    """Return (algorithm number, rank, share of resamples) for every rank that occurs.

    Args:
        ranks: Shape ``(B, m)``; whole or half numbers.
    """
    doubled = np.rint(2 * ranks).astype(np.int64)
    found: list[tuple[int, float, float]] = []
    for number, column in enumerate(doubled.T):
        counts = np.bincount(column)
        found += [
            (number, float(r / 2), float(counts[r] / len(ranks))) for r in np.flatnonzero(counts)
        ]
    return found
