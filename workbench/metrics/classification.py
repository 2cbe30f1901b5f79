"""Metrics of decisions over all classes: accuracy and balanced accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ConfusionMetric, ratio


@register
@dataclass(frozen=True)
class Accuracy(CaseMetric):
    """Share of cases whose class is right."""

    classes: tuple[str, ...]

    name = "accuracy"
    title = "share of cases whose class is right"
    source = "sklearn.metrics.accuracy_score"

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return 1 where the class is right."""
        return np.asarray(truth == prediction, dtype=np.uint8)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return all cases."""
        return np.ones(len(truth), dtype=bool)


@register
@dataclass(frozen=True)
class BalancedAccuracy(ConfusionMetric):
    """Mean over classes of the share found."""

    classes: tuple[str, ...]

    name = "balanced-accuracy"
    title = "mean of the sensitivities of all classes"
    undefined = "a class has no case"
    source = "sklearn.metrics.balanced_accuracy_score (which skips absent classes)"

    def of_matrices(self, matrices: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean of the diagonal over the row sums."""
        right = np.diagonal(matrices, axis1=1, axis2=2)
        return np.asarray(ratio(right, matrices.sum(axis=2)).mean(axis=1))
