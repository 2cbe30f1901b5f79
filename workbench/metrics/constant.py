"""The best answer that ignores the case: the floor below which a score says nothing."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.base import Metric


class ConstantAnswer(NamedTuple):
    """A constant answer, its value and the prediction it makes for every case."""

    answer: str
    value: float
    prediction: NDArray[Any]


def best_constant(metric: Metric, truth: ArrayLike) -> ConstantAnswer:
    """Return the constant answer with the best value on this truth; ties go to the first class.

    Candidates are each class and, for metrics of probabilities, the class frequencies; for metrics
    of real values their mean and median.

    Args:
        metric: Any metric of the catalogue.
        truth: Class numbers or real values, shape ``(n,)``.

    Raises:
        DataError: The metric has no value for any constant answer.

    >>> from workbench.metrics.cost import TISSUENET_COST, CostScore
    >>> metric = CostScore(("benign", "low", "high", "invasive"), TISSUENET_COST)
    >>> best_constant(metric, [0, 1, 2, 3])[:2]
    ('low', 0.725)
    """
    labels = metric.checked_truth(truth)
    best: ConstantAnswer | None = None
    for answer, row in metric.constants(labels):
        prediction = np.repeat(row, len(labels), axis=0)
        value = float(metric.columns(labels, prediction)[0])
        if not np.isnan(value) and (best is None or metric.better(value, best.value)):
            best = ConstantAnswer(answer, value, prediction)
    if best is None:
        raise DataError(f"{metric.label} has no value for a constant answer: {metric.undefined}")
    return best
