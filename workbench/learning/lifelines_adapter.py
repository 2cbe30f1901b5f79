"""Cox regression of lifelines behind fit, predict, save, load."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import RunError
from workbench.learning.cases import Cases
from workbench.learning.model import Predictions
from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample, State, SurvivalEstimator


class CoxRegression(SurvivalEstimator):
    """Cox's proportional hazards (Cox 1972, ties by Efron), fitted by lifelines.

    The fitted state is five small arrays; lifelines is needed to fit only.

    Args:
        params: Values of ``params_type`` by name: ``penalizer``, ``l1_ratio``, ``horizons``.
    """

    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Return coefficients and the baseline cumulative hazard.

        Raises:
            RunError: The fit does not converge.
        """
        from lifelines import CoxPHFitter
        from lifelines.exceptions import ConvergenceError

        table = pd.DataFrame(train.rows).rename(columns=str)
        table["time"], table["event"] = train.time, train.event
        fitter = CoxPHFitter(penalizer=self.params.penalizer, l1_ratio=self.params.l1_ratio)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                fitter.fit(table, duration_col="time", event_col="event")
        except ConvergenceError as error:
            raise RunError(
                f"the Cox regression does not converge: {str(error).splitlines()[0]}",
                remedy="raise model.params.penalizer, or drop features that say the same",
            ) from error
        hazard = fitter.baseline_cumulative_hazard_
        return {
            "coefficients": fitter.params_.to_numpy(),
            "standard_errors": fitter.standard_errors_.to_numpy(),
            "feature_means": train.rows.mean(axis=0),
            "times": hazard.index.to_numpy(dtype=np.float64),
            "baseline_cumulative_hazard": hazard.iloc[:, 0].to_numpy(),
        }

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log partial hazard."""
        centred = rows - self.state_["feature_means"]
        return np.asarray((centred * self.state_["coefficients"]).sum(axis=1))

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival by the baseline cumulative hazard's step at or before each time."""
        steps = np.searchsorted(self.state_["times"], times, side="right")
        baseline = np.r_[0.0, self.state_["baseline_cumulative_hazard"]][steps]
        return np.asarray(np.exp(-np.exp(self.risks(rows))[:, None] * baseline))

    def predict(self, cases: Cases) -> Predictions:
        """Return the log partial hazard ``risk`` and, per horizon, P(event by then).

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        table = super().predict(cases).table
        for name, horizon in zip(self._horizon_columns(), self.params.horizons, strict=True):
            table[name] = 1 - self.survival(cases, [horizon])[:, 0]
        return Predictions(table)

    def output_columns(self) -> list[str]:
        """Return the names of the prediction's columns."""
        return ["risk", *self._horizon_columns()]

    def _horizon_columns(self) -> Sequence[str]:
        """Return the names of the horizon columns, such as ``p_event_365``."""
        return [f"p_event_{horizon:g}" for horizon in self.params.horizons]
