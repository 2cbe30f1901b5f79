"""Counts of correctly ordered pairs, exact with ties, for many weight columns at once.

Sort the cases once by score. Walking upwards, a column's count of negatives seen so far says how
many pairs each positive wins; a tie counts half. Everything is kept doubled, in whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.compiled import kernels


def pairs_won(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Return twice the weighted number of (positive, negative) pairs in the right order.

    Args:
        positive: Shape ``(n,)``.
        scores: Shape ``(n,)``; higher means positive. Compared exactly, ties count half.
        weights: Shape ``(n, B)``; whole numbers give whole, exact results.

    Returns:
        Shape ``(B,)``.

    >>> pairs_won(np.array([False, True]), np.array([0.5, 0.5]), np.ones((2, 1), int)).tolist()
    [1.0]
    """
    if weights.dtype.kind in "bui":
        return _whole(positive, scores, weights)
    whole = np.rint(weights)
    if np.array_equal(whole, weights) and weights.sum(axis=0).max() < 2.0**31:
        return _whole(positive, scores, whole.astype(np.int64))
    return _real(positive, scores, weights.astype(np.float64))


def _whole(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Count with the compiled kernel, or with NumPy where numba is absent: the same digits."""
    order = np.argsort(scores, kind="stable")
    ends = _group_ends(scores[order])
    compiled = kernels()
    small = weights.dtype == np.uint8 and 2 * int(weights.sum(axis=0, dtype=np.int64).max()) < 2**16
    if compiled is None or not small:
        return _whole_numpy(positive[order], ends, weights, order)
    won = np.zeros(weights.shape[1], dtype=np.uint64)
    compiled.count_pairs(order, ends, positive, weights, won)
    return won.astype(np.float64)


def _whole_numpy(
    positive: NDArray[np.bool_],
    ends: NDArray[np.int64],
    weights: NDArray[np.generic],
    order: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Count with cumulative sums, a block of columns at a time."""
    starts = np.concatenate([[0], ends[:-1]])
    won = np.empty(weights.shape[1])
    block = max(1, 4_000_000 // len(order))
    for first in range(0, weights.shape[1], block):
        part = weights[order, first : first + block].astype(np.int64)
        hits = np.add.reduceat(np.where(positive[:, None], part, 0), starts, axis=0)
        misses = np.add.reduceat(np.where(positive[:, None], 0, part), starts, axis=0)
        below = np.cumsum(misses, axis=0) - misses
        won[first : first + block] = (hits * (2 * below + misses)).sum(axis=0)
    return won


def _real(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Count with real weights; the order of sums is fixed by score, class and weight."""
    won = np.empty(weights.shape[1])
    for column, weight in enumerate(weights.T):
        order = np.lexsort((weight, positive, scores))
        starts = np.concatenate([[0], _group_ends(scores[order])[:-1]])
        sorted_weight, hit = weight[order], positive[order]
        hits = np.add.reduceat(np.where(hit, sorted_weight, 0.0), starts)
        misses = np.add.reduceat(np.where(hit, 0.0, sorted_weight), starts)
        below = np.cumsum(misses) - misses
        won[column] = np.sum(hits * (2 * below + misses))
    return won


def _group_ends(ordered: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the end of each run of equal scores."""
    last = np.flatnonzero(np.diff(ordered) > 0) + 1
    return np.concatenate([last, [len(ordered)]]).astype(np.int64)
