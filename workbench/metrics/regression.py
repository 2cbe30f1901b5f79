"""Metrics of real values and of predicted intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.base import Metric
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_level
from workbench.metrics.confusion import ratio
from workbench.metrics.sums import weighted_sums


class ValueMetric(Metric):
    """A metric of real values: truth and prediction ``(n,)``, in the same unit."""

    classes = ()
    needs = "values"
    undefined = "the weights leave no case"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 upwards."""
        return (0.0, np.inf)

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return the truth as finite numbers."""
        numbers = inputs.values(truth, "truth")
        if numbers.ndim != 1:
            raise DataError(f"truth must be one number a case, got shape {numbers.shape}")
        return numbers

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[Any]:
        """Return the prediction as finite numbers."""
        numbers = inputs.values(prediction, "prediction", n_cases)
        if numbers.ndim != 1:
            raise DataError(f"prediction must be one number a case, got shape {numbers.shape}")
        return numbers

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the mean and the median of the truth."""
        return [("mean", np.array([truth.mean()])), ("median", np.array([np.median(truth)]))]


class IntervalMetric(ValueMetric):
    """A metric of predicted intervals, shape ``(n, 2)``: lower and upper end."""

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[Any]:
        """Return the intervals, or say which one is upside down."""
        ends = inputs.values(prediction, "prediction", n_cases)
        if ends.ndim != 2 or ends.shape[1] != 2:
            raise DataError(f"prediction must be a lower and an upper end, got shape {ends.shape}")
        wrong = np.flatnonzero(ends[:, 0] > ends[:, 1])
        if wrong.size:
            raise DataError("the lower end is above the upper end", where=f"row {wrong[0]}")
        return ends

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the central interval of the truth."""
        return [("central quantiles", np.quantile(truth, self.tails())[None, :])]

    def tails(self) -> tuple[float, float]:
        """Return the probabilities below the two ends."""
        return (0.025, 0.975)


@register
@dataclass(frozen=True)
class MeanAbsoluteError(ValueMetric, CaseMetric):
    """Mean distance of the prediction from the truth, in the unit of the truth."""

    name = "mae"
    title = "mean absolute error"
    direction = "minimize"
    source = "sklearn.metrics.mean_absolute_error"

    def cases(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return the distance of each case."""
        return np.asarray(np.abs(truth - prediction))


@register
@dataclass(frozen=True)
class RootMeanSquaredError(ValueMetric):
    """Root of the mean squared distance, in the unit of the truth."""

    name = "rmse"
    title = "root of the mean squared error"
    direction = "minimize"
    source = "sklearn.metrics.root_mean_squared_error"

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the roots ``(B,)``."""
        total = weighted_sums(np.ones((len(truth), 1), dtype=np.uint8), weights)[0]
        squares = weighted_sums(((truth - prediction) ** 2)[:, None], weights)[0]
        return np.asarray(np.sqrt(ratio(squares, total)))


@register
@dataclass(frozen=True)
class RSquared(ValueMetric):
    """Share of the variance explained; 0 for the mean of the scored cases, negative below it."""

    name = "r2"
    title = "share of variance explained"
    undefined = "the truth does not vary"
    source = "sklearn.metrics.r2_score"

    @property
    def range(self) -> tuple[float, float]:
        """Up to 1, without a lower end."""
        return (-np.inf, 1.0)

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return one minus the error variance over the variance, ``(B,)``."""
        # Centred first: the difference of two large sums would lose its digits.
        centred = truth - np.median(truth)
        total = weighted_sums(np.ones((len(truth), 1), dtype=np.uint8), weights)[0]
        terms = np.column_stack([(truth - prediction) ** 2, centred**2, centred])
        error, square, mean = (weighted_sums(column[:, None], weights)[0] for column in terms.T)
        spread = square - ratio(mean**2, total)
        return 1.0 - ratio(error, np.where(spread > 1e-14 * square, spread, 0.0))


@register
@dataclass(frozen=True)
class IntervalScore(IntervalMetric, CaseMetric):
    """Width of the predicted interval, plus a penalty for each truth outside."""

    level: float = 0.95

    name = "interval-score"
    title = "width of the interval plus a penalty for truths outside"
    direction = "minimize"
    source = "Gneiting and Raftery 2007, J Am Stat Assoc 102:359, equation 43"

    def __post_init__(self) -> None:
        """Refuse a level without tails."""
        check_level(self.level)

    @property
    def convention(self) -> str:
        """The nominal level."""
        return f"intervals of nominal level {self.level:g}"

    def tails(self) -> tuple[float, float]:
        """Return the probabilities below the two ends."""
        return ((1 - self.level) / 2, (1 + self.level) / 2)

    def cases(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return the score of each interval."""
        low, high = prediction.T
        outside = np.maximum(low - truth, 0.0) + np.maximum(truth - high, 0.0)
        return np.asarray(high - low + 2.0 / (1.0 - self.level) * outside)


@register
@dataclass(frozen=True)
class Coverage(IntervalMetric, CaseMetric):
    """Share of truths inside their predicted interval, ends included."""

    name = "coverage"
    title = "share of truths inside the predicted interval"
    source = "share of low <= truth <= high"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to 1."""
        return (0.0, 1.0)

    def cases(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return 1 where the truth is inside."""
        inside = (prediction[:, 0] <= truth) & (truth <= prediction[:, 1])
        return np.asarray(inside, dtype=np.uint8)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return all cases."""
        return np.ones(len(truth), dtype=bool)
