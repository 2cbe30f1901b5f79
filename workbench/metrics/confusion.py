"""Metrics that are functions of the confusion matrix: count the cells once, for all resamples."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.base import Metric
from workbench.metrics.sums import weighted_sums


def confusion_matrices(
    truth: NDArray[np.int64],
    prediction: NDArray[np.int64],
    n_classes: int,
    weights: NDArray[np.generic],
) -> NDArray[np.float64]:
    """Return weighted confusion matrices, rows true, columns predicted.

    Args:
        truth: Class numbers, shape ``(n,)``.
        prediction: Class numbers, shape ``(n,)``.
        n_classes: Number of classes K.
        weights: Shape ``(n, B)``.

    Returns:
        Shape ``(B, K, K)``, exact for any row order and thread count.

    >>> ones = np.ones((3, 1), dtype=int)
    >>> confusion_matrices(np.array([0, 0, 1]), np.array([0, 1, 1]), 2, ones)[0].tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    cell = truth * n_classes + prediction
    seen, place = np.unique(cell, return_inverse=True)
    indicator = np.zeros((len(cell), len(seen)), dtype=np.uint8)
    indicator[np.arange(len(cell)), place] = 1
    matrices = np.zeros((weights.shape[1], n_classes * n_classes))
    matrices[:, seen] = weighted_sums(indicator, weights).T
    return matrices.reshape(-1, n_classes, n_classes)


class ConfusionMetric(Metric):
    """A function of the K x K confusion matrix."""

    @abstractmethod
    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return one value for each matrix of shape ``(B, K, K)``; NaN where undefined."""

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values ``(B,)``."""
        matrices = confusion_matrices(truth, prediction, len(self.classes), weights)
        return self.of_matrices(matrices)


def ratio(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``top / bottom``, NaN where the bottom is zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(bottom != 0, top / bottom, np.nan)
