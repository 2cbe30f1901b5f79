"""Metrics that are a mean of one number a case, and weighted means of many series at once."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.base import Metric
from workbench.metrics.sums import weighted_sums


class CaseMetric(Metric):
    """A weighted mean of one number a case: the bootstrap is one matrix product."""

    per_case = True
    undefined = "the weights leave no case"

    @property
    def denominator(self) -> int:
        """What the numbers of :meth:`cases` are divided by, when they are whole numbers."""
        return 1

    @abstractmethod
    def cases(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return one number a case, shape ``(n,)``; integers where the metric is a count."""

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the weighted means ``(B,)``."""
        return np.asarray(self.compute_models(truth, [prediction], weights)[0])

    def compute_models(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the weighted means of all models ``(m, B)`` by one matrix product."""
        return case_means(self.contributions(truth, predictions), weights, self.denominator)

    def contributions(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]]
    ) -> NDArray[np.generic]:
        """Return the numbers of :meth:`cases`, shape ``(n, m)``."""
        return np.column_stack([self.cases(truth, one) for one in predictions])


def case_means(
    values: NDArray[np.generic], weights: NDArray[np.generic], denominator: int = 1
) -> NDArray[np.float64]:
    """Return the weighted means of several series at once.

    Args:
        values: Shape ``(n, m)``: one column a model or metric.
        weights: Shape ``(n, B)``.
        denominator: What whole-number values are divided by.

    Returns:
        Shape ``(m, B)``; NaN where the weights of a column leave no case.
    """
    ones = np.ones((len(values), 1), dtype=np.int64)
    if values.dtype.kind == "f":
        total, sums = weighted_sums(ones, weights), weighted_sums(values, weights)
    else:
        both = weighted_sums(np.hstack([ones, values]), weights)
        total, sums = both[:1], both[1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, sums / (total * denominator), np.nan)
