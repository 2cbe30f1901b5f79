"""Counts, in O(n log n), how many of the first cases of a walk rank below a given rank."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.compiled import kernels

# Columns worked on at a time: a tree of 10,000 ranks stays in the second-level cache.
_COLUMNS = 64


def outranked(
    rank: NDArray[np.int64],
    n_ranks: int,
    asked: NDArray[np.int64],
    reach: NDArray[np.int64],
    weights: NDArray[np.signedinteger],
) -> tuple[NDArray[np.signedinteger], NDArray[np.signedinteger]]:
    """Return the weight of the first cases that rank below each asked rank, and of those equal.

    Args:
        rank: Rank of each case of the walk, ``0 .. n_ranks - 1``, shape ``(n,)``.
        n_ranks: Number of ranks.
        asked: Ranks asked for, shape ``(m,)``.
        reach: How many cases of the walk each question is about, never falling, shape ``(m,)``.
        weights: Whole numbers in the order of the walk, of a type that holds a column's sum,
            shape ``(n, b)``.

    Returns:
        Two arrays of shape ``(m, b)``, exact.

    >>> ones = np.ones((3, 1), dtype=np.int64)
    >>> below, tied = outranked(np.array([0, 1, 1]), 2, np.array([1]), np.array([3]), ones)
    >>> below.tolist(), tied.tolist()
    ([[1]], [[2]])
    """
    below = np.zeros((len(asked), weights.shape[1]), weights.dtype)
    tied = np.zeros_like(below)
    bits = int(n_ranks - 1).bit_length()
    compiled = kernels(weights.size * bits, "workbench.metrics.survival.kernels")
    for first in range(0, weights.shape[1], _COLUMNS):
        block = np.s_[:, first : first + _COLUMNS]
        part = np.ascontiguousarray(weights[block])
        if compiled is None:
            below[block], tied[block] = _by_bits(rank, bits, asked, reach, part)
            continue
        tree = np.zeros((n_ranks + 1, part.shape[1]), weights.dtype)
        own = np.zeros((n_ranks, part.shape[1]), weights.dtype)
        compiled.count_outranked(rank, asked, reach, part, tree, own, below[block], tied[block])
    return below, tied


def _by_bits(
    rank: NDArray[np.int64],
    bits: int,
    asked: NDArray[np.int64],
    reach: NDArray[np.int64],
    weights: NDArray[np.signedinteger],
) -> tuple[NDArray[np.signedinteger], NDArray[np.signedinteger]]:
    """Count with one pass a bit of the ranks (a wavelet matrix).

    Claude, Navarro and Ordonez 2015, Information Systems 47:15. At each bit, from the highest, the
    cases are split into those with a 0 and those with a 1, both in the order they had; a question
    is a stretch ``start .. stop`` of them that shares the higher bits of the asked rank.
    """
    below = np.zeros((len(asked), weights.shape[1]), weights.dtype)
    start, stop = np.zeros(len(asked), dtype=np.int64), reach
    for bit in range(bits - 1, -1, -1):
        zero = (rank >> bit) & 1 == 0
        zeros = np.append(0, np.cumsum(zero))
        sums = _sums_before(np.where(zero[:, None], weights, 0))
        high = (asked >> bit) & 1 == 1
        below[high] += sums[stop[high]] - sums[start[high]]
        ones_first = zeros[-1]
        start = np.where(high, ones_first + start - zeros[start], zeros[start])
        stop = np.where(high, ones_first + stop - zeros[stop], zeros[stop])
        kept = np.concatenate([np.flatnonzero(zero), np.flatnonzero(~zero)])
        rank, weights = rank[kept], weights[kept]
    sums = _sums_before(weights)
    return below, sums[stop] - sums[start]


def _sums_before(weights: NDArray[np.signedinteger]) -> NDArray[np.signedinteger]:
    """Return the sum of the rows before each place, shape ``(n + 1, b)``."""
    sums = np.zeros((len(weights) + 1, weights.shape[1]), weights.dtype)
    np.cumsum(weights, axis=0, out=sums[1:])
    return sums
