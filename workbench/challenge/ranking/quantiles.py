"""Quantiles of many series under counts: a count of 2 is the row written twice.

Sort a series once. The value at place k of a resample is the first whose running count exceeds k,
so the number of sorted rows with a running count of at most k is its row: one pass without
branches for all resamples.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.counts import Counts

_BLOCK_SIZE = 4_000_000
# A quantile is taken as a fraction of at most this denominator: places then fit 64 bits.
_MOST_PARTS = 10**9


def weighted_quantiles(
    values: NDArray[Any], present: NDArray[np.bool_], weights: NDArray[np.generic], q: float
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
    counts = Counts(weights, "a scheme of quantiles")
    share = Fraction(repr(float(q))).limit_denominator(_MOST_PARTS)
    compiled = counts.compiled(values.shape[1])
    found = np.empty((weights.shape[1], values.shape[1]))
    for column in range(values.shape[1]):
        rows = np.flatnonzero(present[:, column])
        order = rows[np.argsort(values[rows, column])]
        found[:, column] = _one(values[order, column], order, counts, share, compiled)
    return found


def _one(
    ordered: NDArray[Any],
    order: NDArray[np.int64],
    counts: Counts,
    share: Fraction,
    compiled: Any | None,
) -> NDArray[np.float64]:
    """Return the quantiles of one series, sorted, whose rows are ``order``; shape ``(B,)``."""
    whole = len(order) == len(counts.columns)
    totals = counts.totals if whole else counts.columns[order].sum(axis=0, dtype=np.int64)
    if len(order) == 0:
        return np.full(len(totals), np.nan)
    last = np.maximum(totals - 1, 0)
    place, rest = np.divmod(last * share.numerator, share.denominator)
    places = np.stack([place, np.minimum(place + 1, last)])
    rows = (
        _rows(order, counts, places) if compiled is None else _fast(order, counts, places, compiled)
    )
    low, high = ordered[np.minimum(rows, len(order) - 1)].astype(np.float64)
    between = (low * (share.denominator - rest) + high * rest) / share.denominator
    exact = np.where((rest == 0) | (low == high), low, between)
    return np.where(totals > 0, exact, np.nan)


def _rows(order: NDArray[np.int64], counts: Counts, places: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sorted row at two places (from 0) of each resample, shape ``(2, B)``."""
    found = np.empty(places.shape, dtype=np.int64)
    block = max(1, _BLOCK_SIZE // len(order))
    for first in range(0, places.shape[1], block):
        part = slice(first, first + block)
        running = np.cumsum(counts.columns[order, part], axis=0, dtype=np.int64)
        found[:, part] = (running <= places[:, None, part]).sum(axis=1)
    return found


def _fast(
    order: NDArray[np.int64], counts: Counts, places: NDArray[np.int64], compiled: Any
) -> NDArray[np.int64]:
    """Return the same by the compiled loop."""
    n_blocks, _, width = counts.blocks.shape
    padded = np.zeros((2, n_blocks * width), dtype=np.int64)
    padded[:, : places.shape[1]] = places
    found = np.empty((2, n_blocks, width), dtype=np.int64)
    narrow = max(int(counts.totals.max()), len(order)) < 2**16
    counter = np.empty(0, np.uint16 if narrow else np.int64)
    compiled.rows_at(order, counts.blocks, padded.reshape(found.shape), counter, found)
    return found.reshape(2, -1)[:, : places.shape[1]]
