"""What survival metrics share: their truth, their two kinds of prediction, their null model."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.base import Metric
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.curves import checked_curves
from workbench.metrics.survival.outcome import Outcome, checked_outcome

# Numbers in a table of cases by columns of weights: what fits beside a few others in memory.
_NUMBERS = 1_000_000


class SurvivalMetric(Metric):
    """A metric of survival: truth ``(n, 2)``, a time and 1 for an event or 0 for censored.

    With ``needs = "risk"`` a prediction is ``(n,)``, higher meaning an earlier event. With
    ``needs = "survival"`` it is ``(n, K)``: the probability of no event up to and including each of
    the metric's :attr:`evaluation_times` (``(n,)`` where there is one).
    """

    classes = ()
    stratum = "event"

    @property
    def evaluation_times(self) -> tuple[float, ...]:
        """Times that survival is predicted for, rising; empty for metrics of risk."""
        return ()

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return the truth as ``(n, 2)`` floats, or raise a named error."""
        outcome = checked_outcome(truth)
        return np.column_stack([outcome.time, outcome.event])

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[Any]:
        """Return risks ``(n,)`` or survival probabilities ``(n, K)``, or raise a named error."""
        if self.needs == "survival":
            return checked_curves(prediction, self.evaluation_times, n_cases)
        risk = inputs.values(prediction, "prediction", n_cases)
        if risk.ndim != 1:
            raise DataError(f"prediction must be one risk a case, got shape {risk.shape}")
        return risk

    def constants(self, truth: NDArray[Any]) -> list[tuple[str, NDArray[Any]]]:
        """Return the null model: everybody has the Kaplan-Meier curve, or the same risk."""
        if self.needs == "risk":
            return [("same risk", np.zeros(1))]
        return [("Kaplan-Meier", null_curve(Outcome.of(truth), self.evaluation_times)[None, :])]

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64]:
        """Return 1 for events: a resample without any has no value."""
        return np.asarray(truth[:, 1], dtype=np.int64)

    def check_support(self, outcome: Outcome) -> None:
        """Raise a named error where the follow-up cannot carry the metric; by default it can."""

    @abstractmethod
    def values(
        self, outcome: Outcome, prediction: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return one value a column, NaN where undefined.

        Args:
            outcome: The cases.
            prediction: Risks ``(n,)``, or probabilities of survival ``(n, K)``.
            weights: Some columns of weights, shape ``(n, b)``.
        """

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values ``(B,)``, some columns of weights at a time."""
        outcome = Outcome.of(truth)
        self.check_support(outcome)
        width = max(1, _NUMBERS // len(outcome))
        parts = [
            self.values(outcome, prediction, weights[:, first : first + width])
            for first in range(0, weights.shape[1], width)
        ]
        return np.concatenate(parts)


class CurveMetric(SurvivalMetric):
    """A metric of predicted survival curves."""

    needs = "survival"


def null_curve(outcome: Outcome, times: Sequence[float]) -> NDArray[np.float64]:
    """Return the null model: Kaplan-Meier survival of the cases at some times, shape ``(K,)``."""
    return kaplan_meier(outcome, np.ones((len(outcome), 1))).at(times)[:, 0]
