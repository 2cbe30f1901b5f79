"""Intervals of a Poisson mean from one count: exact (Garwood) and mid-P."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammainc, gammaincc

from workbench.errors import DataError
from workbench.methods.rates.counted import Floats
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_choice
from workbench.metrics.counts import poisson_limits

Method = Literal["garwood", "mid-p"]
METHODS = ("garwood", "mid-p")


def count_interval(
    counts: ArrayLike, *, level: float = 0.95, method: Method = "garwood"
) -> tuple[Floats, Floats]:
    """Return the limits of the expected value of each count.

    ``garwood`` never covers less than the level, and often more. ``mid-p`` counts half of the
    probability of what was seen in each tail: narrower, near the level on average, below it for
    some expected values (Lancaster 1961, J Am Stat Assoc 56:223).

    Args:
        counts: Whole numbers from 0, ``(n,)``.
        level: Confidence level.
        method: Which interval.

    Returns:
        Lower and upper limits, ``(n,)`` each; the lower limit of 0 is 0.

    Raises:
        DataError: A count is no whole number from 0.
        UsageError: Unknown method, or a level that is no share.

    >>> [end.round(4).tolist() for end in count_interval([0, 10], method="mid-p")]
    [[0.0, 5.0795], [2.9957, 17.8249]]
    """
    check_choice("an interval", "method", method, METHODS)
    k = np.atleast_1d(numbers(counts, "counts"))
    if not (np.isfinite(k).all() and (k >= 0).all() and (k == np.floor(k)).all()):
        raise DataError("counts must be whole numbers from 0 [bad-count]")
    low, high = poisson_limits(k, level)
    if method == "garwood":
        return low, high
    tail, at_least = (1 - level) / 2, np.maximum(k, 1)

    def above(mean: Floats) -> Floats:
        return np.asarray((gammainc(at_least, mean) + gammainc(k + 1, mean)) / 2 - tail)

    def below(mean: Floats) -> Floats:
        fewer = np.where(k == 0, 0.0, gammaincc(at_least, mean))
        return np.asarray(tail - (fewer + gammaincc(k + 1, mean)) / 2)

    # Both mid-P limits lie between the exact one and the count; the upper one of 0 lies above 0.
    return np.where(k == 0, 0.0, bisect(above, low, k)), bisect(below, k, high)


def bisect(rising: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """Return where each of many rising functions crosses 0, to the last few bits.

    Args:
        rising: Takes a point of each function, gives their values, ``(n,)``.
        low: Points at or left of the crossings, ``(n,)``.
        high: Points at or right of them.
    """
    low, high = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    for _ in range(70):
        middle = (low + high) / 2
        right = rising(middle) > 0
        low, high = np.where(right, low, middle), np.where(right, middle, high)
    return np.asarray((low + high) / 2)
