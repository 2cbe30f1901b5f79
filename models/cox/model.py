"""Cox proportional hazards regression."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.learning.cases import Cases
from workbench.learning.model import Predictions
from workbench.learning.settings import FitContext
from workbench.learning.survival import at_step, proportional_curves
from workbench.learning.survival_estimator import Sample, State, SurvivalEstimator
from workbench.methods.survival.cox import fit_cox
from workbench.methods.survival.cox_model import CoxModel
from workbench.methods.survival.penalised_cox import fit_penalised_cox

from .params import CoxParams


class Cox(SurvivalEstimator):
    """Ranks cases by the hazard of an event; linear in the features (Cox 1972, ties by Efron)."""

    params_type = CoxParams

    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Return coefficients and the baseline cumulative hazard of a case at the means.

        Raises:
            DataError: ``collinear-columns`` or ``separation``, where there is no penalty.
            RunError: ``not-converged``.
        """
        varies, names = train.varying()
        model = self._fitted(train.rows[:, varies], train, names)
        coefficients = np.zeros(len(varies))
        coefficients[varies] = model.coefficients
        means = train.rows.mean(axis=0)
        baseline = model.baseline(at=means[varies])
        return {
            "coefficients": coefficients,
            "feature_means": means,
            "times": baseline["time"].to_numpy(dtype=np.float64),
            "baseline_cumulative_hazard": baseline["cumulative_hazard"].to_numpy(),
        }

    def _fitted(
        self, design: NDArray[np.float64], train: Sample, names: tuple[str, ...]
    ) -> CoxModel:
        """Return the model of the columns that vary, at the asked penalty."""
        penalty = self.params.penalizer
        if not penalty or not len(names):
            return fit_cox(design, train.time, train.event, names=names)
        path = fit_penalised_cox(
            design,
            train.time,
            train.event,
            mixing=self.params.l1_ratio,
            penalties=[penalty],
            names=names,
        )
        return path.model(penalty)

    def coefficients(self) -> dict[str, float]:
        """Return the log hazard ratio of each feature."""
        return dict(zip(self.features_, self.state_["coefficients"].tolist(), strict=True))

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log hazard ratio to a case at the training means."""
        centred = rows - self.state_["feature_means"]
        return np.asarray((centred * self.state_["coefficients"]).sum(axis=1))

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return survival by the baseline cumulative hazard's step at or before each time."""
        state = self.state_
        baseline = at_step(state["times"], state["baseline_cumulative_hazard"], times)
        return proportional_curves(self.risks(rows), baseline)

    def predict(self, cases: Cases) -> Predictions:
        """Return the log hazard ratio ``risk`` and, per horizon, P(event by then).

        Raises:
            DataError: A case cannot be used, or the features are not those of the training.
        """
        table = super().predict(cases).table
        for name, horizon in zip(self._horizon_columns(), self.params.horizons, strict=True):
            table[name] = 1 - self.survival(cases, [horizon])[:, 0]
        return Predictions(table)

    def output_columns(self) -> list[str]:
        """Return the names of the prediction's columns beside ``case``."""
        return ["risk", *self._horizon_columns()]

    def _horizon_columns(self) -> Sequence[str]:
        """Return the names of the horizon columns, such as ``p_event_365``."""
        return [f"p_event_{horizon:g}" for horizon in self.params.horizons]
