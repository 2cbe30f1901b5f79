"""The compiled inner loops (need numba): the NumPy code beside each gives the same digits."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

_BLOCK = 512


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_pairs(order: Any, ends: Any, positive: Any, weights: Any, won: Any) -> None:
    """Add twice the number of ordered pairs of every column of ``weights`` to ``won``.

    Args:
        order: Case numbers by rising score, shape ``(n,)``.
        ends: End of each run of equal scores within ``order``.
        positive: Class of each case, shape ``(n,)``.
        weights: Counts, uint8, shape ``(n, B)``; twice a column's sum must fit 16 bits.
        won: Result, uint64, shape ``(B,)``.
    """
    n_columns = weights.shape[1]
    seen = np.empty(_BLOCK, np.uint16)
    sums = np.empty(_BLOCK, np.uint32)
    for first in range(0, n_columns, _BLOCK):
        width = min(_BLOCK, n_columns - first)
        seen[:] = 0
        sums[:] = 0
        start = 0
        for end in ends:
            # Negatives count once before and once after the positives of their run: a tie is half.
            for place in range(start, end):
                case = order[place]
                if not positive[case]:
                    for b in range(width):
                        seen[b] += weights[case, first + b]
            for place in range(start, end):
                case = order[place]
                if positive[case]:
                    for b in range(width):
                        sums[b] += np.uint32(weights[case, first + b]) * np.uint32(seen[b])
            for place in range(start, end):
                case = order[place]
                if not positive[case]:
                    for b in range(width):
                        seen[b] += weights[case, first + b]
            start = end
        for b in range(width):
            won[first + b] += sums[b]


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
