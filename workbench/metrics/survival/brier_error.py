"""Standard error of the Brier score at a horizon, by its influence function."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.choices import check_level
from workbench.metrics.resampling import unit_codes
from workbench.metrics.survival.brier import SurvivalBrier


@dataclass(frozen=True, eq=False)
class BrierEstimate:
    """A Brier score, or a difference of two, with the influence of each unit.

    Attributes:
        value: The score or difference.
        influence: Influence of each unit, shape ``(n_units,)``; its mean is 0.
    """

    value: float
    influence: NDArray[np.float64]

    @property
    def error(self) -> float:
        """Standard error."""
        return float(np.std(self.influence, ddof=1) / np.sqrt(len(self.influence)))

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Return the ends of the normal interval; no end is cut at 0."""
        check_level(level)
        reach = NormalDist().inv_cdf((1 + level) / 2) * self.error
        return (self.value - reach, self.value + reach)

    def __sub__(self, other: BrierEstimate) -> BrierEstimate:
        """Return the difference of two models on the same cases."""
        if self.influence.shape != other.influence.shape:
            n, m = len(self.influence), len(other.influence)
            raise DataError(f"a difference needs the same units, got {n} and {m}")
        return BrierEstimate(self.value - other.value, self.influence - other.influence)


def brier_estimate(
    truth: ArrayLike,
    prediction: ArrayLike,
    horizon: float,
    units: ArrayLike | None = None,
) -> BrierEstimate:
    """Return the Brier score at a horizon with its influence function.

    The censoring is estimated by Kaplan-Meier, and the influence includes that estimate. Equal to R
    ``riskRegression::Score(se.fit = TRUE, cens.model = "KaplanMeier")``, also for differences,
    where no two cases share a time. With ties it follows the infinitesimal jackknife with events
    before censorings; R's then differs by a percent or so.

    Args:
        truth: Time and event, shape ``(n, 2)``.
        prediction: Survival beyond the horizon, shape ``(n,)``.
        horizon: Time, in the unit of the truth.
        units: Patient of each case; without it each case is one of its own.

    Raises:
        DataError: Broken input, or nobody followed beyond the horizon.

    >>> truth = [[1, 1], [2, 0], [3, 1], [4, 0]]
    >>> estimate = brier_estimate(truth, [0.2, 0.5, 0.6, 1.0], 2.0)
    >>> round(estimate.value, 4), round(estimate.error, 4)
    (0.07, 0.0509)
    """
    metric = SurvivalBrier(horizon)
    value = metric(truth, prediction)
    checked = metric.checked_truth(truth)
    n_cases = len(checked)
    influence = metric.contributions(checked, [metric.checked(prediction, n_cases)])[:, 0] - value
    if units is None:
        return BrierEstimate(value, influence)
    places, n_units = unit_codes(units, n_cases)
    by_unit = np.bincount(places, influence, minlength=n_units) * (n_units / n_cases)
    return BrierEstimate(value, np.asarray(by_unit, dtype=np.float64))
