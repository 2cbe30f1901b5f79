"""The compiled inner loops (need numba); NumPy code at each caller gives the same digits."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

# Columns worked on at a time: their counters stay in the first-level cache.
_BLOCK = 512


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_pairs(
    orders: Any, tied: Any, positive: Any, weights: Any, counter: Any, total: Any, won: Any
) -> None:
    """Write twice the number of pairs won, for every model and every column of weights.

    Args:
        orders: Case numbers by rising score, one row a model, shape ``(m, n)``.
        tied: Whether the score at a place equals the next one, shape ``(m, n)``.
        positive: Class of each case, shape ``(n,)``.
        weights: Counts, unsigned, shape ``(n, B)``.
        counter: Empty array whose type holds twice a column's sum of weights.
        total: Empty array whose type holds half the square of a column's sum.
        won: Result, uint64, shape ``(m, B)``.
    """
    n_cases, n_columns = weights.shape
    part = np.zeros((n_cases, _BLOCK), weights.dtype)
    below = np.zeros(_BLOCK, counter.dtype)  # twice the negatives with a lower score
    hits = np.zeros(_BLOCK, counter.dtype)
    misses = np.zeros(_BLOCK, counter.dtype)
    sums = np.zeros(_BLOCK, total.dtype)
    for first in range(0, n_columns, _BLOCK):
        width = min(_BLOCK, n_columns - first)
        part[:, :width] = weights[:, first : first + width]
        for model in range(orders.shape[0]):
            _walk(orders[model], tied[model], positive, part, below, hits, misses, sums)
            for b in range(width):
                won[model, first + b] = sums[b]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _walk(
    order: Any,
    tied: Any,
    positive: Any,
    part: Any,
    below: Any,
    hits: Any,
    misses: Any,
    sums: Any,
) -> None:
    """Walk one model's cases upwards, adding up the pairs each positive wins."""
    below[:] = 0
    sums[:] = 0
    place = 0
    while place < len(order):
        if not tied[place]:
            row = part[order[place]]
            if positive[order[place]]:
                for b in range(_BLOCK):
                    sums[b] += row[b] * below[b]
            else:
                for b in range(_BLOCK):
                    below[b] += 2 * row[b]
            place += 1
            continue
        hits[:] = 0
        misses[:] = 0
        inside = True
        while inside:
            row = part[order[place]]
            if positive[order[place]]:
                for b in range(_BLOCK):
                    hits[b] += row[b]
            else:
                for b in range(_BLOCK):
                    misses[b] += row[b]
            inside = tied[place]
            place += 1
        for b in range(_BLOCK):
            sums[b] += hits[b] * (below[b] + misses[b])
            below[b] += 2 * misses[b]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_draws(raw: Any, n_units: Any, counts: Any) -> None:
    """Count how often each unit is drawn, one row a resample.

    Args:
        raw: Random 32-bit words, uint32, shape ``(resamples, at least n_units)``.
        n_units: Number of units, and of draws.
        counts: Result, uint16, zero, shape ``(resamples, n_units)``.
    """
    for resample in range(counts.shape[0]):
        for draw in range(n_units):
            word = np.uint64(raw[resample, draw])
            counts[resample, (word * np.uint64(n_units)) >> np.uint64(32)] += 1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_beaten(
    sums: Any, pairs: Any, observed: Any, scale: Any, size: Any, beaten: Any, peaks: Any
) -> None:
    """Count the null draws that reach each pair's observed difference, alone and as a maximum.

    Args:
        sums: Null values of the models, float64, shape ``(P, m)``.
        pairs: Pairs by rising observed size, shape ``(h, 2)``.
        observed: What a null difference must reach alone, shape ``(h,)``.
        scale: What null differences are divided by, shape ``(h,)``.
        size: What the largest quotient so far must reach, rising, shape ``(h,)``.
        beaten: Result, int64, shape ``(2, h)``: alone, and as the maximum of the pairs so far.
        peaks: Result, float64, shape ``(P,)``: the largest quotient of all pairs.
    """
    for permutation in range(sums.shape[0]):
        row = sums[permutation]
        largest = 0.0
        for pair in range(len(pairs)):
            gap = abs(row[pairs[pair, 0]] - row[pairs[pair, 1]])
            beaten[0, pair] += gap >= observed[pair]
            largest = max(largest, gap / scale[pair])
            beaten[1, pair] += largest >= size[pair]
        peaks[permutation] = largest
