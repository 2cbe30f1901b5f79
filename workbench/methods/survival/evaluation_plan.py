"""What one evaluation of survival models computes: which metrics, on which part of a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench import metrics
from workbench.metrics.base import Metric

Reads = Literal["risk", "curves", "survival at the horizon", "risk at the horizon"]
# A null model is at its best in calibration by construction: nothing is learnt from being worse.
# IPA says again what the Brier score says.
_NOT_SAID = (
    "survival-oe",
    "survival-calibration",
    "survival-ici",
    "d-calibration",
    "ipa",
    "integrated-ipa",
)


@dataclass(frozen=True, eq=False)
class Predicted:
    """What a model says of n cases.

    Attributes:
        risk: Higher is earlier, any scale, ``(n,)``.
        curves: Survival at the evaluation's times, never rising, ``(n, K)``.
    """

    risk: NDArray[np.float64]
    curves: NDArray[np.float64]


@dataclass(frozen=True)
class Draws:
    """How intervals are drawn.

    Attributes:
        resamples: Of persons.
        seed: Of the draws.
        level: Of the intervals.
    """

    resamples: int
    seed: int
    level: float


@dataclass(frozen=True)
class Asked:
    """One metric of the plan.

    Attributes:
        metric: With its parameters.
        reads: Which part of a prediction it takes.
        horizon: Time it is of; NaN where it is of all times.
        threshold: Risk from which one acts; NaN where nobody acts.
    """

    metric: Metric
    reads: Reads
    horizon: float = float("nan")
    threshold: float = float("nan")

    @property
    def against_null(self) -> bool:
        """Whether it is said in words where a model is worse than the null model."""
        return not self.metric.name.startswith(_NOT_SAID)

    def of(self, predicted: Predicted, times: Sequence[float]) -> NDArray[np.float64]:
        """Return the part of a prediction that the metric takes."""
        if self.reads == "risk":
            return predicted.risk
        if self.reads == "curves":
            return predicted.curves
        at = predicted.curves[:, list(times).index(self.horizon)]
        return 1.0 - at if self.reads == "risk at the horizon" else at


def plan(
    times: Sequence[float], horizons: Sequence[float], tau: float, thresholds: Sequence[float]
) -> list[Asked]:
    """Return the metrics of an evaluation, discrimination first.

    Args:
        times: Times of the curves.
        horizons: Some of them.
        tau: End of the time Uno's concordance looks at.
        thresholds: Risks from which one would act.
    """
    grid = tuple(times)
    asked = [
        Asked(metrics.get("harrell-c"), "risk"),
        Asked(metrics.get("uno-c", tau=tau), "risk", tau),
        Asked(metrics.get("antolini-c", times=grid, variant="half"), "curves"),
    ]
    for time in horizons:
        metric = metrics.get("time-dependent-auc", horizon=time)
        asked.append(Asked(metric, "risk at the horizon", time))
    if len(grid) > 1:
        for name in ("integrated-brier", "integrated-ipa"):
            asked.append(Asked(metrics.get(name, times=grid), "curves"))
    for name in ("survival-brier", "ipa"):
        asked += [_at(name, time) for time in horizons]
    for name in (
        "survival-oe",
        "survival-calibration-intercept",
        "survival-calibration-slope",
        "survival-ici",
    ):
        asked += [_at(name, time) for time in horizons]
    asked.append(Asked(metrics.get("d-calibration", times=grid), "curves"))
    for time in horizons:
        for threshold in thresholds:
            metric = metrics.get("survival-net-benefit", horizon=time, threshold=threshold)
            asked.append(Asked(metric, "survival at the horizon", time, threshold))
    return asked


def _at(name: str, time: float) -> Asked:
    """Return a metric of the survival predicted for one time."""
    return Asked(metrics.get(name, horizon=time), "survival at the horizon", time)
