"""The Kaplan-Meier curve of the training cases, for everybody."""

import numpy as np
from numpy.typing import NDArray

from workbench.learning.settings import FitContext
from workbench.learning.survival_estimator import Sample, State, SurvivalEstimator
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.outcome import Outcome

from .params import KaplanMeierParams


class KaplanMeier(SurvivalEstimator):
    """Looks at no feature: what every survival model must beat."""

    params_type = KaplanMeierParams

    def learn(self, train: Sample, validation: Sample | None, context: FitContext) -> State:
        """Return the steps of the curve."""
        curve = kaplan_meier(Outcome(train.time, train.event), np.ones((len(train), 1)))
        return {"times": curve.times, "survival": curve.values[:, 0]}

    def risks(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the same risk for everybody."""
        return np.zeros(len(rows))

    def curves(self, rows: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the curve for everybody; beyond the last training time it stays."""
        steps = np.searchsorted(self.state_["times"], times, side="right")
        return np.tile(self.state_["survival"][steps], (len(rows), 1))
