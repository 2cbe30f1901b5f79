"""The compiled inner loops of rankings (need numba); NumPy code at each caller, same digits."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def rows_at(order: Any, blocks: Any, places: Any, counter: Any, found: Any) -> None:
    """Count the sorted rows whose running count does not exceed a place, for two places a column.

    Args:
        order: Row numbers by rising value, shape ``(k,)``.
        blocks: Counts, shape ``(blocks, n, width)``.
        places: Places from 0, shape ``(2, blocks, width)``.
        counter: Empty array whose type holds a column's sum and the number of rows.
        found: Result, int64, shape ``(2, blocks, width)``.
    """
    width = blocks.shape[2]
    running = np.zeros(width, counter.dtype)
    low = np.zeros(width, counter.dtype)
    high = np.zeros(width, counter.dtype)
    low_place = np.zeros(width, counter.dtype)
    high_place = np.zeros(width, counter.dtype)
    for block in range(blocks.shape[0]):
        running[:] = 0
        low[:] = 0
        high[:] = 0
        low_place[:] = places[0, block]
        high_place[:] = places[1, block]
        for row in order:
            counts = blocks[block, row]
            for b in range(width):
                running[b] += counts[b]
                low[b] += running[b] <= low_place[b]
                high[b] += running[b] <= high_place[b]
        found[0, block] = low
        found[1, block] = high


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def signed_rank_sums(order: Any, positive: Any, tied: Any, blocks: Any, sums: Any) -> None:
    """Write twice the sum of positive ranks, the count, and the tie term of each column.

    Args:
        order: Row numbers by rising absolute difference, shape ``(k,)``.
        positive: Whether the difference at a place is positive, shape ``(k,)``.
        tied: Whether the size at a place equals the next one, shape ``(k,)``.
        blocks: Counts, shape ``(blocks, n, width)``.
        sums: Result, int64, shape ``(3, blocks, width)``.
    """
    width = blocks.shape[2]
    won = np.zeros(width, np.int64)
    below = np.zeros(width, np.int64)
    cubes = np.zeros(width, np.int64)
    group = np.zeros(width, np.int64)
    gained = np.zeros(width, np.int64)
    for block in range(blocks.shape[0]):
        won[:] = 0
        below[:] = 0
        cubes[:] = 0
        group[:] = 0
        gained[:] = 0
        for place in range(len(order)):
            counts = blocks[block, order[place]]
            up = np.int64(positive[place])
            for b in range(width):
                group[b] += counts[b]
                gained[b] += up * counts[b]
            if tied[place]:
                continue
            for b in range(width):
                t = group[b]
                won[b] += gained[b] * (2 * below[b] + t + 1)
                cubes[b] += t * (t * t - 1)
                below[b] += t
            group[:] = 0
            gained[:] = 0
        sums[0, block] = won
        sums[1, block] = below
        sums[2, block] = cubes
