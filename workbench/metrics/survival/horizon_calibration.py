"""Whether predicted survival at a time comes true: mean, slope and intercept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.cloglog import CLIP, cloglog_of_survival, fit_cloglog
from workbench.metrics.survival.cox_slope import cox_slope
from workbench.metrics.survival.horizon import AtHorizon
from workbench.metrics.survival.outcome import Outcome

_LINE = (
    "Cox 1958, Biometrika 45:562; for survival van Geloven et al. 2022, BMJ 377:e069249 (by "
    "pseudo-values) and Royston and Altman 2013, BMC Med Res Methodol 13:33 (by Cox regression)"
)


@dataclass(frozen=True)
class _Recalibration(AtHorizon):
    """Recalibration of the log cumulative hazard at the horizon, weighted for censoring."""

    direction = "target"
    undefined = (
        "nobody is followed beyond the horizon, all or none have the event by then, "
        "or the predictions separate those who have"
    )
    source = _LINE

    @property
    def range(self) -> tuple[float, float]:
        """Any number."""
        return (-np.inf, np.inf)

    @property
    def convention(self) -> str:
        """The regression."""
        return (
            "log(-log S) of the truth on that of the prediction, by weights for censoring, "
            f"clipped at {CLIP:g}; {self.censoring_convention}"
        )


@register
@dataclass(frozen=True)
class SurvivalCalibrationSlope(_Recalibration):
    """Slope of the recalibration line: below 1 the predictions are too extreme.

    Attributes:
        method: ``ipcw``: regression of the state at the horizon, weighted for censoring. ``cox``:
            Cox regression, ties by Breslow, on the follow-up up to the horizon: it also asks when
            the events come.
    """

    method: Literal["ipcw", "cox"] = "ipcw"

    name = "survival-calibration-slope"
    title = "slope of the recalibration line at a time; 1 is right, below 1 is too extreme"
    target = 1.0

    def __post_init__(self) -> None:
        """Refuse an unknown method."""
        super().__post_init__()
        check_choice(self.name, "method", self.method, ("ipcw", "cox"))

    @property
    def convention(self) -> str:
        """The regression."""
        if self.method == "ipcw":
            return super().convention
        return (
            "Cox regression on log(-log S), follow-up cut at the horizon, ties by Breslow, "
            f"clipped at {CLIP:g}"
        )

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the slopes ``(b,)``."""
        x, dead = cloglog_of_survival(curves[:, 0]), self.dead(outcome)
        if self.method == "cox":
            cut = Outcome(np.minimum(outcome.time, self.horizon), dead)
            counts = weights.astype(np.float64)
            return np.array([cox_slope(cut, x, column) for column in counts.T])
        design = np.column_stack([np.ones(len(x)), x])
        known = self.known_weights(outcome, weights)
        return np.array([_slope(design, dead, column) for column in known.T])


@register
@dataclass(frozen=True)
class SurvivalCalibrationIntercept(_Recalibration):
    """Intercept with the slope held at 1: above 0 the predicted survival is too high."""

    name = "survival-calibration-intercept"
    title = "mean calibration at a time; 0 is right, above 0 predicted survival is too high"
    target = 0.0

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the intercepts ``(b,)``."""
        x, dead = cloglog_of_survival(curves[:, 0]), self.dead(outcome)
        known, ones = self.known_weights(outcome, weights), np.ones((len(x), 1))
        return np.array([fit_cloglog(ones, dead, column, offset=x)[0] for column in known.T])


def _slope(
    design: NDArray[np.float64], dead: NDArray[np.bool_], weight: NDArray[np.float64]
) -> float:
    """Return the slope; NaN where the predictions do not vary or separate the cases."""
    x, died = design[weight > 0, 1], dead[weight > 0]
    if not died.any() or died.all():
        return np.nan
    first, last = x[died], x[~died]
    if first.min() >= last.max() or first.max() <= last.min():
        return np.nan
    return float(fit_cloglog(design, dead, weight)[1])
