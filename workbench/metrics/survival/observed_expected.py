"""Observed over expected events at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.sums import weighted_sums
from workbench.metrics.survival.base import CurveMetric
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.curves import checked_time
from workbench.metrics.survival.follow_up import check_reached
from workbench.metrics.survival.outcome import Outcome


@register
@dataclass(frozen=True)
class ObservedExpected(CurveMetric):
    """Risk of the event by ``horizon``, by Kaplan-Meier, over the mean predicted risk.

    Attributes:
        horizon: Time, in the unit of the truth, within the follow-up.

    >>> truth = [[1, 1], [2, 0], [3, 1], [4, 0]]
    >>> ObservedExpected(2.0)(truth, [0.5, 0.5, 0.5, 0.5])
    0.5
    """

    horizon: float

    name = "survival-oe"
    title = "observed over expected events by a time; above 1 more events than predicted"
    direction = "target"
    target = 1.0
    undefined = "the follow-up ends before the horizon, or no risk is predicted"
    source = "McLernon et al. 2023, Ann Intern Med 176:105"

    def __post_init__(self) -> None:
        """Refuse a horizon that is no time."""
        checked_time(self.name, "horizon", self.horizon)

    @property
    def label(self) -> str:
        """Name with the horizon."""
        return f"{self.name}-{self.horizon:g}"

    @property
    def convention(self) -> str:
        """What is observed."""
        return "observed: one minus Kaplan-Meier at the horizon, under each weighting"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 upwards."""
        return (0.0, np.inf)

    @property
    def evaluation_times(self) -> tuple[float, ...]:
        """The horizon."""
        return (float(self.horizon),)

    def check_support(self, outcome: Outcome) -> None:
        """Refuse a horizon beyond the follow-up."""
        check_reached(outcome, self.horizon)
        ones = np.ones((len(outcome), 1), dtype=np.uint8)
        if np.isnan(observed_survival(outcome, ones, self.horizon)[0]):
            raise DataError(
                f"horizon {self.horizon:g} lies beyond the follow-up: the last case is censored at "
                f"{outcome.time.max():g}",
                where=f"row {int(np.argmax(outcome.time))}",
                remedy=f"choose a horizon of at most {outcome.time.max():g}",
            )

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the ratios ``(b,)``."""
        total = weighted_sums(np.ones((len(outcome), 1), dtype=np.uint8), weights)[0]
        expected = ratio(weighted_sums(1.0 - curves, weights)[0], total)
        return ratio(1.0 - observed_survival(outcome, weights, self.horizon), expected)


def observed_survival(
    outcome: Outcome, weights: NDArray[np.generic], time: float
) -> NDArray[np.float64]:
    """Return Kaplan-Meier at a time under each weighting, NaN beyond a censored last case."""
    survival = kaplan_meier(outcome, weights).at([time])[0]
    reached = np.asarray(weights[outcome.time >= time].any(axis=0), dtype=np.bool_)
    return np.where(reached | (survival == 0), survival, np.nan)
