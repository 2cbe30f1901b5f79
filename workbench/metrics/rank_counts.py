"""Counts of correctly ordered pairs, exact with ties, for many models and weight columns at once.

Sort the cases once by score. Walking upwards, a column's count of negatives seen so far says how
many pairs each positive wins; a tie counts half. Everything is kept doubled, in whole numbers.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.compiled import kernels
from workbench.metrics.sums import is_integral


def pairs_won(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Return twice the weighted number of (positive, negative) pairs in the right order.

    Args:
        positive: Shape ``(n,)``.
        scores: Shape ``(n, m)``, one column a model; higher means positive. Compared exactly, ties
            count half.
        weights: Shape ``(n, B)``; whole numbers give whole, exact results.

    Returns:
        Shape ``(m, B)``.

    >>> scores = np.array([[0.5, 0.1], [0.5, 0.2]])
    >>> pairs_won(np.array([False, True]), scores, np.ones((2, 1), int)).tolist()
    [[1.0], [2.0]]
    """
    if not is_integral(weights):
        real = weights.astype(np.float64)
        return np.array([_real(positive, series, real) for series in scores.T])
    # The order among ties is nothing: they are counted together, in whole numbers.
    orders = np.argsort(np.ascontiguousarray(scores.T), axis=1)
    tied = np.zeros(orders.shape, dtype=bool)
    for model, order in enumerate(orders):
        ordered = scores[order, model]
        tied[model, :-1] = ordered[1:] == ordered[:-1]
    compiled = kernels(orders.size * weights.shape[1])
    largest = int(weights.sum(axis=0, dtype=np.float64).max())
    if compiled is None or largest >= 2**31 or weights.max() >= 2**16:
        return np.array(
            [_whole(positive, *pair, weights) for pair in zip(orders, tied, strict=True)]
        )
    small = weights if weights.dtype in (np.uint8, np.uint16) else weights.astype(np.uint16)
    narrow = largest < 2**15
    won = np.zeros((len(orders), weights.shape[1]), dtype=np.uint64)
    compiled.count_pairs(
        orders,
        tied,
        positive,
        small,
        np.empty(0, np.uint16 if narrow else np.uint32),
        np.empty(0, np.uint32 if narrow else np.uint64),
        won,
    )
    return won.astype(np.float64)


def _whole(
    positive: NDArray[np.bool_],
    order: NDArray[np.int64],
    tied: NDArray[np.bool_],
    weights: NDArray[np.generic],
) -> NDArray[np.float64]:
    """Count one model with cumulative sums, a block of columns at a time."""
    starts = np.flatnonzero(np.concatenate([[True], ~tied[:-1]]))
    hit = positive[order][:, None]
    won = np.empty(weights.shape[1])
    block = max(1, 4_000_000 // len(order))
    for first in range(0, weights.shape[1], block):
        part = weights[order, first : first + block].astype(np.int64)
        hits = np.add.reduceat(np.where(hit, part, 0), starts, axis=0)
        misses = np.add.reduceat(np.where(hit, 0, part), starts, axis=0)
        below = np.cumsum(misses, axis=0) - misses
        won[first : first + block] = (hits * (2 * below + misses)).sum(axis=0)
    return won


def _real(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Count one model with real weights; score, class and weight fix the order of the sums."""
    won = np.empty(weights.shape[1])
    for column, weight in enumerate(weights.T):
        order = np.lexsort((weight, positive, scores))
        ordered, part, hit = scores[order], weight[order], positive[order]
        starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        hits = np.add.reduceat(np.where(hit, part, 0.0), starts)
        misses = np.add.reduceat(np.where(hit, 0.0, part), starts)
        below = np.cumsum(misses) - misses
        won[column] = np.sum(hits * (2 * below + misses))
    return won
