"""A metric of real values or of intervals, taken over the estimates that were given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.effects.base import EffectMetric, Said
from workbench.metrics.regression import IntervalMetric, ValueMetric


@dataclass(frozen=True)
class Answered(EffectMetric):
    """A metric of values on the answered cases, in the form that metrics of estimates take.

    Attributes:
        inner: The metric, such as the mean absolute error.
    """

    inner: ValueMetric

    name = "answered"
    title = "a metric of the answered cases"

    def __post_init__(self) -> None:
        """Take the conventions of the metric."""
        for part in ("name", "title", "direction", "target", "undefined", "source", "supports"):
            object.__setattr__(self, part, getattr(self.inner, part))
        object.__setattr__(self, "of_intervals", isinstance(self.inner, IntervalMetric))

    @property
    def label(self) -> str:
        """That of the metric."""
        return self.inner.label

    @property
    def convention(self) -> str:
        """That of the metric, and which cases it is of."""
        own = self.inner.convention
        return f"{own}; answered cases" if own else "answered cases"

    @property
    def range(self) -> tuple[float, float]:
        """That of the metric."""
        return self.inner.range

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return the truth as ``(n, 4)`` floats that the metric takes, or raise a named error."""
        found = super().checked_truth(truth)
        self.inner.checked_truth(found[:, 0])
        return found

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the answers of the metric that ignore the case, as estimates."""
        found = []
        for answer, row in self.inner.constants(truth[:, 0]):
            ends = row[0] if self.of_intervals else np.repeat(row, 2)
            found.append((answer, np.array([[ends.mean(), *ends, 0.0]])))
        return found

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_] | None:
        """Return the answered cases, where the metric is a share of all."""
        shares = self.inner.share_of(truth[:, 0], self.part(prediction))
        return None if shares is None else shares & self.given(prediction)

    def given(self, prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the cases with what the metric looks at, shape ``(n,)``."""
        said = Said.of(prediction)
        return ~said.abstained & (np.isfinite(said.low) | (not self.of_intervals))

    def part(self, prediction: NDArray[Any]) -> NDArray[Any]:
        """Return the estimates ``(n,)``, or the intervals ``(n, 2)``."""
        return prediction[:, 1:3] if self.of_intervals else prediction[:, 0]

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values ``(B,)`` of the metric over the answered cases."""
        rows = self.given(prediction)
        if not rows.any():
            return np.full(weights.shape[1], np.nan)
        return self.inner.compute(truth[rows, 0], self.part(prediction)[rows], weights[rows])


@dataclass(frozen=True)
class AnsweredCases(Answered, CaseMetric):
    """A metric that is a mean of one number a case, where every case is answered."""

    def __post_init__(self) -> None:
        """Take the conventions of the metric."""
        super().__post_init__()
        assert isinstance(self.inner, CaseMetric)

    @property
    def convention(self) -> str:
        """That of the metric."""
        return self.inner.convention

    @property
    def denominator(self) -> int:
        """That of the metric."""
        return self.inner.denominator if isinstance(self.inner, CaseMetric) else 1

    def cases(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return the metric's number of each case."""
        assert isinstance(self.inner, CaseMetric)
        return self.inner.cases(truth[:, 0], self.part(prediction))

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the weighted means ``(B,)``."""
        return CaseMetric.compute(self, truth, prediction, weights)


def answered(metric: ValueMetric, *, every_case: bool) -> Answered:
    """Return a metric of values as a metric of estimates.

    Args:
        metric: Of values or of intervals.
        every_case: Whether every case has what it looks at; a mean of cases then stays one, and
            schemes that rank single cases can be used with it.
    """
    whole = every_case and isinstance(metric, CaseMetric)
    return AnsweredCases(metric) if whole else Answered(metric)
