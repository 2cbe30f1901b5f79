"""Mean over times of the area under the ROC curve at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.catalogue import register
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.curves import checked_times
from workbench.metrics.survival.dynamic_auc import DynamicAuc
from workbench.metrics.survival.outcome import Outcome


@register
@dataclass(frozen=True)
class MeanTimeDependentAuc(DynamicAuc):
    """Mean of the areas at several times, each weighted by the events since the time before.

    The weights are the drops of the Kaplan-Meier curve of the scored cases, the first from 1, as
    scikit-survival's ``cumulative_dynamic_auc``. A prediction may be one risk a case, or one for
    each of the times, shape ``(n, K)``.

    Attributes:
        times: Horizons, rising.
    """

    times: tuple[float, ...]

    name = "mean-time-dependent-auc"
    title = "mean area under the ROC curve over times"
    undefined = "an area is: no event by its time, or nobody is followed beyond it"

    def __post_init__(self) -> None:
        """Turn the times into a tuple."""
        object.__setattr__(self, "times", checked_times(self.times))
        super().__post_init__()

    @property
    def convention(self) -> str:
        """The variant, and how areas are weighted."""
        return f"{super().convention}; each area weighted by the drop of Kaplan-Meier's curve"

    @property
    def horizons(self) -> tuple[float, ...]:
        """The times."""
        return self.times

    def checked(self, prediction: ArrayLike, n_cases: int) -> NDArray[np.float64]:
        """Return risks ``(n,)``, or ``(n, K)`` for as many times."""
        risk = inputs.values(prediction, "prediction", n_cases)
        if risk.ndim == 2 and risk.shape[1] == len(self.times):
            return risk
        if risk.ndim != 1:
            raise DataError(
                f"prediction must be one risk a case, or one for each of {len(self.times)} times, "
                f"got shape {risk.shape}"
            )
        return risk

    def values(
        self, outcome: Outcome, prediction: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the means ``(b,)``."""
        risks = prediction.T if prediction.ndim == 2 else [prediction] * len(self.times)
        areas = self.areas(outcome, list(risks), weights)
        alive = kaplan_meier(outcome, weights).at(self.times)
        drops = -np.diff(alive, axis=0, prepend=1.0)
        with np.errstate(invalid="ignore"):
            return np.asarray((areas * drops).sum(axis=0) / (1.0 - alive[-1]))
