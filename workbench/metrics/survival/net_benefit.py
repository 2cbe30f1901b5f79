"""What acting on a predicted risk at a time is worth: net benefit under censoring."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.sums import weighted_sums
from workbench.metrics.survival.base import CurveMetric
from workbench.metrics.survival.curves import checked_time
from workbench.metrics.survival.follow_up import check_reached
from workbench.metrics.survival.observed_expected import observed_survival
from workbench.metrics.survival.outcome import Outcome


@register
@dataclass(frozen=True)
class SurvivalNetBenefit(CurveMetric):
    """Events found minus false alarms, a false alarm weighing the odds of the acting threshold.

    Acting on nobody is worth 0. The null model acts on everybody or on nobody, whichever is better.

    Attributes:
        horizon: Time, in the unit of the truth, within the follow-up.
        threshold: Risk of the event by the horizon from which one acts.

    >>> truth = [[1, 1], [2, 1], [3, 0], [4, 0]]
    >>> round(SurvivalNetBenefit(2.5, threshold=0.5)(truth, [0.2, 0.4, 0.3, 0.9]), 12)
    0.25
    """

    horizon: float
    threshold: float

    name = "survival-net-benefit"
    title = "events found minus false alarms weighed by the odds of the threshold, at a time"
    undefined = "the follow-up of those one acts on ends before the horizon"
    source = "Vickers, Cronin, Elkin and Gonen 2008, BMC Med Inform Decis Mak 8:53"

    def __post_init__(self) -> None:
        """Refuse a horizon that is no time, and a threshold without odds."""
        checked_time(self.name, "horizon", self.horizon)
        if not 0.0 < self.threshold < 1.0:
            raise UsageError(f"threshold lies between 0 and 1, got {self.threshold}")

    @property
    def label(self) -> str:
        """Name with the horizon and the threshold."""
        return f"{self.name}-{self.horizon:g}-at-{self.threshold:g}"

    @property
    def convention(self) -> str:
        """When one acts, and how censoring is met."""
        return (
            f"acts where the predicted risk by {self.horizon:g} is at least {self.threshold:g}; "
            "events among them by Kaplan-Meier, under each weighting"
        )

    @property
    def range(self) -> tuple[float, float]:
        """From minus the odds of the threshold to 1."""
        return (-self.threshold / (1 - self.threshold), 1.0)

    @property
    def evaluation_times(self) -> tuple[float, ...]:
        """The horizon."""
        return (float(self.horizon),)

    def check_support(self, outcome: Outcome) -> None:
        """Refuse a horizon beyond the follow-up."""
        check_reached(outcome, self.horizon)

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the net benefits ``(b,)``."""
        # 1 - 0.9 is a little below 0.1: such a risk is at the threshold.
        acts = 1.0 - curves[:, 0] >= self.threshold - 1e-12
        if not acts.any():
            return np.zeros(weights.shape[1])
        both = np.column_stack([acts, np.ones_like(acts)]).view(np.uint8)
        acting, total = weighted_sums(both, weights)
        chosen = Outcome(outcome.time[acts], outcome.event[acts])
        risk = 1.0 - observed_survival(chosen, weights[acts], self.horizon)
        odds = self.threshold / (1.0 - self.threshold)
        benefit = ratio(acting, total) * (risk - odds * (1.0 - risk))
        return np.where(acting > 0, benefit, np.where(total > 0, 0.0, np.nan))
