"""Quantiles of many series under counts: a count of 2 is the row written twice.

Sort a series once. The value at place k of a resample is the first whose running count exceeds k,
so the number of sorted rows with a running count of at most k is its row: one pass without
branches for all columns of weights.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.sums import is_integral

_BLOCK_SIZE = 4_000_000


def weighted_quantiles(
    values: NDArray[np.generic], present: NDArray[np.bool_], weights: NDArray[np.generic], q: float
) -> NDArray[np.float64]:
    """Return the q-quantile of each series under each column of counts.

    R's type 7 (the default of R and NumPy): linear between the order statistics around place
    ``(N - 1) q``, Hyndman and Fan 1996, Am Stat 50:361. ``q`` is taken as the decimal it is written
    as, so that places are exact.

    Args:
        values: Shape ``(n, m)``.
        present: Rows that count, shape ``(n, m)``.
        weights: Whole numbers, shape ``(n, B)``.
        q: 0 to 1; 0.5 is the median.

    Returns:
        Shape ``(B, m)``; NaN where no row counts.

    Raises:
        UsageError: Weights are no counts.

    >>> series, ones = np.array([[1], [2], [4]]), np.ones((3, 1), int)
    >>> weighted_quantiles(series, series > 0, ones, 0.75).tolist()
    [[3.0]]
    """
    if not is_integral(weights):
        raise UsageError(
            "quantile schemes need whole weights: a resample of rows",
            remedy="use mean_then_rank or rank_then_mean for importance weights",
        )
    share = Fraction(repr(float(q)))
    found = np.empty((weights.shape[1], values.shape[1]))
    for column in range(values.shape[1]):
        rows = np.flatnonzero(present[:, column])
        order = rows[np.argsort(values[rows, column], kind="stable")]
        found[:, column] = _one(values[order, column], weights[order], share)
    return found


def _one(
    ordered: NDArray[np.generic], weights: NDArray[np.generic], share: Fraction
) -> NDArray[np.float64]:
    """Return the quantiles of one sorted series, shape ``(B,)``."""
    totals = weights.sum(axis=0, dtype=np.int64)
    if len(ordered) == 0:
        return np.full(len(totals), np.nan)
    steps = np.maximum(totals - 1, 0) * share.numerator
    place, rest = np.divmod(steps, share.denominator)
    above = np.minimum(place + 1, np.maximum(totals - 1, 0))
    last = len(ordered) - 1
    low = ordered[np.minimum(_rows_at(weights, place), last)].astype(np.float64)
    high = ordered[np.minimum(_rows_at(weights, above), last)].astype(np.float64)
    parts = low * (share.denominator - rest) + high * rest
    between = np.where((rest == 0) | (low == high), low, parts / share.denominator)
    return np.where(totals > 0, between, np.nan)


def _rows_at(weights: NDArray[np.generic], place: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return, for each column, the sorted row at a place (from 0) of the resample."""
    found = np.empty(len(place), dtype=np.int64)
    block = max(1, _BLOCK_SIZE // len(weights))
    for first in range(0, len(place), block):
        columns = slice(first, first + block)
        running = np.cumsum(weights[:, columns], axis=0, dtype=np.int64)
        found[columns] = (running <= place[columns]).sum(axis=0)
    return found
