"""Counts of true and false positives at every threshold: one sort, then cumulative counts."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.one_class import OneClass
from workbench.metrics.sums import is_integral, on_grid, shares_sum

Counts = NDArray[np.float64]
# Numbers held at a time for each cumulated table.
_BLOCK_SIZE = 4_000_000


class CurveMetric(OneClass):
    """A function of the counts of true and false positives at every threshold."""

    needs = "scores"
    undefined = "the class has no case, or every case is of the class"

    @abstractmethod
    def of_curve(self, hits: Counts, misfires: Counts) -> Counts:
        """Return one value a column.

        Args:
            hits: True positives, shape ``(g + 1, b)``; row 0 is zero, the last row all positives.
            misfires: False positives, same shape; thresholds fall from row to row.
        """

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values ``(B,)``, a block of columns at a time."""
        positive, scores = truth == self.place, self.column(prediction)
        values = np.empty(weights.shape[1])
        for block, hits, misfires in threshold_counts(positive, scores, weights):
            found = self.of_curve(hits, misfires)
            known = (hits[-1] > 0) & (misfires[-1] > 0)
            values[block] = np.where(known, found, np.nan)
        return values


def threshold_counts(
    positive: NDArray[np.bool_], scores: NDArray[np.float64], weights: NDArray[np.generic]
) -> Iterator[tuple[slice, Counts, Counts]]:
    """Give the counts of true and false positives at every threshold, a block of columns at a time.

    Args:
        positive: Shape ``(n,)``.
        scores: Shape ``(n,)``; rows of equal score share one threshold.
        weights: Shape ``(n, B)``.

    Yields:
        The block's columns, true positives ``(g + 1, b)`` and false positives of the same shape;
        thresholds fall from row to row, row 0 is zero.
    """
    order = np.argsort(-scores, kind="stable")
    ordered, hit = scores[order], positive[order][:, None]
    starts = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1])[: len(ordered)])
    if not is_integral(weights):
        weights = on_grid(weights.astype(np.float64), len(scores))
    width = max(1, _BLOCK_SIZE // max(1, len(scores)))
    for first in range(0, weights.shape[1], width):
        block = slice(first, first + width)
        part = weights[order, block].astype(np.float64)
        hits = _cumulated(np.where(hit, part, 0.0), starts)
        yield block, hits, _cumulated(np.where(hit, 0.0, part), starts)


def band_area(along: Counts, across: Counts, low: float, high: float) -> Counts:
    """Return the area below straight lines between ``low`` and ``high``, at most 1 wide and high.

    Args:
        along: Horizontal places, rising row by row, shape ``(g, b)``.
        across: Heights, 0 to 1, same shape.
        low: Left end of the band.
        high: Right end of the band.
    """
    left, right = np.clip(along[:-1], low, high), np.clip(along[1:], low, high)
    run, rise = np.diff(along, axis=0), np.diff(across, axis=0)
    slope = np.divide(rise, run, out=np.zeros_like(rise), where=run > 0)
    start = across[:-1] + slope * (left - along[:-1])
    end = across[:-1] + slope * (right - along[:-1])
    return shares_sum((right - left) * (start + end) / 2)


def _cumulated(values: Counts, starts: NDArray[np.int64]) -> Counts:
    """Return cumulative sums at the end of each run of equal scores, with a row of zeros first."""
    sums = np.cumsum(np.add.reduceat(values, starts, axis=0), axis=0)
    return np.vstack([np.zeros((1, values.shape[1])), sums])
