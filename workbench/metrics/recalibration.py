"""The recalibration line: slope and intercept of the truth's log odds in the stated log odds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.one_class import OneClass


@dataclass(frozen=True)
class _Recalibration(OneClass):
    """Logistic recalibration: the log odds of the truth as a line in the stated log odds."""

    clip: float = 1e-6

    slope_free: ClassVar[bool]
    direction = "target"
    needs = "probabilities"
    undefined = "one class only, or the stated probabilities separate the classes"
    source = "Cox 1958, Biometrika 45:562; Van Calster et al. 2019, BMC Med 17:230"

    @property
    def range(self) -> tuple[float, float]:
        """Any number."""
        return (-np.inf, np.inf)

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the slopes, or the intercepts where the slope is held at 1, ``(B,)``."""
        given = np.clip(self.column(prediction), self.clip, 1 - self.clip)
        odds = np.log(given / (1 - given))
        target = (truth == self.place).astype(np.float64)
        lines = [
            _logistic_line(odds, target, np.asarray(column, np.float64), slope_free=self.slope_free)
            for column in weights.T
        ]
        return np.array(lines)[:, int(self.slope_free)]


@register
@dataclass(frozen=True)
class CalibrationSlope(_Recalibration):
    """Slope of the recalibration line: below 1 the probabilities are too extreme."""

    name = "calibration-slope"
    title = "slope of the recalibration line; 1 is right, below 1 is too extreme"
    target = 1.0
    slope_free = True

    @property
    def convention(self) -> str:
        """How far probabilities are from 0 and 1."""
        return f"intercept free, probabilities clipped at {self.clip:g}"


@register
@dataclass(frozen=True)
class CalibrationIntercept(_Recalibration):
    """Intercept with the slope held at 1 (calibration in the large)."""

    name = "calibration-intercept"
    title = "mean calibration; 0 is right, below 0 the probabilities are too high"
    target = 0.0
    slope_free = False

    @property
    def convention(self) -> str:
        """What is held fixed."""
        return f"slope held at 1, probabilities clipped at {self.clip:g}"


def _logistic_line(
    odds: NDArray[np.float64],
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
    *,
    slope_free: bool,
) -> tuple[float, float]:
    """Fit intercept and slope by Newton's method; NaN where the likelihood has no maximum."""
    # One fixed order of the rows, so that shuffled input gives the same last bits.
    order = np.lexsort((weight, target, odds))
    order = order[weight[order] > 0]
    x, y, w = odds[order], target[order], weight[order]
    low, high = x[y == 0], x[y == 1]
    if not len(low) or not len(high):
        return (np.nan, np.nan)
    if slope_free and (low.max() <= high.min() or high.max() <= low.min()):
        return (np.nan, np.nan)
    line = np.array([0.0, 1.0])
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-(line[0] + line[1] * x)))
        gradient = np.array([np.sum(w * (y - p)), np.sum(w * (y - p) * x)])
        v = w * p * (1 - p)
        cross = np.sum(v * x)
        curvature = np.array([[np.sum(v), cross], [cross, np.sum(v * x * x)]])
        if slope_free:
            step = np.linalg.solve(curvature, gradient)
        else:
            step = np.array([gradient[0] / curvature[0, 0], 0.0])
        # A step of more than 2 in log odds overshoots where the curve is flat.
        line += step * min(1.0, 2.0 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < 1e-12:
            break
    return (float(line[0]), float(line[1]))
