"""Weibull regression: features stretch or shrink the time to the event."""

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import RunError
from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample, State, SurvivalEstimator

from .params import WeibullAftParams


class WeibullAft(SurvivalEstimator):
    """S(t | x) = exp(-(t / exp(intercept + x'b)) ** shape), fitted by maximum likelihood."""

    params_type = WeibullAftParams

    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Return coefficients of the log time, intercept and shape.

        Raises:
            RunError: The fit does not converge.
        """
        from lifelines import WeibullAFTFitter
        from lifelines.exceptions import ConvergenceError

        mean, scale = train.rows.mean(axis=0), train.rows.std(axis=0)
        scale = np.where(scale > 0, scale, 1.0)
        table = pd.DataFrame((train.rows - mean) / scale).rename(columns=str)
        table["time"], table["event"] = train.time, train.event
        fitter = WeibullAFTFitter(penalizer=self.params.penalizer)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitter.fit(table, duration_col="time", event_col="event")
        except ConvergenceError as error:
            raise RunError(
                f"the Weibull regression does not converge: {str(error).splitlines()[0]}",
                remedy="raise model.params.penalizer, or drop features that say the same",
            ) from error
        coefficients = fitter.params_["lambda_"].drop("Intercept").to_numpy() / scale
        intercept = fitter.params_["lambda_"]["Intercept"] - coefficients @ mean
        return {
            "coefficients": coefficients,
            "intercept": np.array(intercept),
            "shape": np.array(np.exp(fitter.params_["rho_"]["Intercept"])),
        }

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log hazard ratio to a row of zeros: a Weibull hazard is proportional too."""
        return np.asarray(-self.state_["shape"] * (rows * self.state_["coefficients"]).sum(axis=1))

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival at any times, also beyond those seen."""
        with np.errstate(divide="ignore"):
            log_times = np.log(times)
        shape, intercept = self.state_["shape"], self.state_["intercept"]
        return np.asarray(
            np.exp(-np.exp(shape * (log_times - intercept) + self.risks(rows)[:, None]))
        )
