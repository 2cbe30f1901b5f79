"""Weibull regression: features stretch or shrink the time to the event."""

import numpy as np
from numpy.typing import NDArray

from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample, State, SurvivalEstimator
from workbench.methods.survival.observed import observe
from workbench.methods.survival.weibull import fit_weibull

from .params import WeibullAftParams


class WeibullAft(SurvivalEstimator):
    """S(t | x) = exp(-(t / exp(intercept + x'b)) ** shape), by maximum likelihood."""

    params_type = WeibullAftParams

    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Return coefficients of the log time, intercept and shape.

        Raises:
            DataError: ``collinear``, ``separation`` or ``not-converged``.
        """
        varies, names = train.varying()
        fit = fit_weibull(observe(train.time, train.event), train.rows[:, varies], names=names)
        coefficients = np.zeros(len(varies))
        coefficients[varies] = fit.coefficients
        return {
            "coefficients": coefficients,
            "intercept": np.array(fit.intercept),
            "shape": np.array(1 / fit.scale),
        }

    def coefficients(self) -> dict[str, float]:
        """Return the log hazard ratio of each feature: a Weibull hazard is proportional too."""
        ratios = -self.state_["shape"] * self.state_["coefficients"]
        return dict(zip(self.features_, ratios.tolist(), strict=True))

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log hazard ratio to a row of zeros: a Weibull hazard is proportional too."""
        return np.asarray(-self.state_["shape"] * (rows * self.state_["coefficients"]).sum(axis=1))

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival at any times, also beyond those seen."""
        with np.errstate(divide="ignore"):
            baseline = self.state_["shape"] * (np.log(times) - self.state_["intercept"])
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(-np.exp(baseline + self.risks(rows)[:, None])))
