"""Counts of true and false positives at every threshold: one sort, then cumulative counts."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.one_class import OneClass
from workbench.metrics.sums import is_integral, on_grid

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
        order = np.argsort(-scores, kind="stable")
        ordered = scores[order]
        starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        if not is_integral(weights):
            weights = on_grid(weights.astype(np.float64), len(truth))
        values = np.empty(weights.shape[1])
        block = max(1, _BLOCK_SIZE // len(truth))
        for first in range(0, weights.shape[1], block):
            part = weights[order, first : first + block].astype(np.float64)
            hits = _cumulated(np.where(positive[order][:, None], part, 0.0), starts)
            misfires = _cumulated(np.where(positive[order][:, None], 0.0, part), starts)
            found = self.of_curve(hits, misfires)
            known = (hits[-1] > 0) & (misfires[-1] > 0)
            values[first : first + block] = np.where(known, found, np.nan)
        return values


def _cumulated(values: Counts, starts: NDArray[np.int64]) -> Counts:
    """Return cumulative sums at the end of each run of equal scores, with a row of zeros first."""
    sums = np.cumsum(np.add.reduceat(values, starts, axis=0), axis=0)
    return np.vstack([np.zeros((1, values.shape[1])), sums])
