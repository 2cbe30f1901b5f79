"""Whether stated probabilities come true, and what acting on them is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError, did_you_mean
from workbench.metrics import inputs
from workbench.metrics.base import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.one_class import OneClass
from workbench.metrics.sums import weighted_sums

Binning = Literal["width", "count"]


@register
@dataclass(frozen=True)
class ExpectedCalibrationError(OneClass):
    """Mean gap between stated probability and observed share, over bins of the probability."""

    bins: int = 10
    binning: Binning = "width"

    name = "ece"
    title = "mean gap between stated probability and observed share"
    direction = "minimize"
    needs = "probabilities"
    undefined = "the weights leave no case"
    source = "Naeini et al. 2015 (AAAI); MetricsReloaded expectation_calibration_error"

    def __post_init__(self) -> None:
        """Refuse a binning without meaning."""
        super().__post_init__()
        if self.bins < 1:
            raise UsageError(f"bins is at least 1, got {self.bins}")
        if self.binning not in ("width", "count"):
            hint = did_you_mean(self.binning, ("width", "count"))
            raise UsageError(f"binning is width or count, got '{self.binning}'", remedy=hint)

    @property
    def convention(self) -> str:
        """How the bins are made."""
        return f"{self.bins} bins of equal {self.binning}, closed above, probability of '{self.of}'"

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the sum over bins of the absolute summed residual, over all cases, ``(B,)``."""
        given = self.column(prediction)
        numbers = bin_numbers(given, self.bins, self.binning)
        residual = given - (truth == self.place)
        apart = np.where(numbers[:, None] == np.arange(self.bins), residual[:, None], 0.0)
        total = weighted_sums(np.ones((len(truth), 1), dtype=np.uint8), weights)[0]
        return ratio(np.abs(weighted_sums(apart, weights)).sum(axis=0), total)


@register
@dataclass(frozen=True)
class NetBenefit(OneClass, CaseMetric):
    """Hits minus false alarms, a false alarm weighing the odds of the acting threshold.

    Over a range of thresholds this is the decision curve. The best constant answer is the better
    of "treat all" and "treat none".
    """

    threshold: float = 0.5

    name = "net-benefit"
    title = "share of hits minus false alarms weighed by the odds of the threshold"
    needs = "probabilities"
    source = "Vickers and Elkin 2006, Med Decis Making 26:565"

    def __post_init__(self) -> None:
        """Refuse a threshold without odds."""
        super().__post_init__()
        if not 0.0 < self.threshold < 1.0:
            raise UsageError(f"threshold lies between 0 and 1, got {self.threshold}")

    @property
    def convention(self) -> str:
        """When one acts."""
        return f"acts where the probability of '{self.of}' is at least {self.threshold:g}"

    @property
    def range(self) -> tuple[float, float]:
        """From minus the odds of the threshold to 1."""
        return (-self.threshold / (1 - self.threshold), 1.0)

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return 1 for a hit, minus the odds for a false alarm, 0 where one does not act."""
        acts = self.column(prediction) >= self.threshold
        odds = self.threshold / (1 - self.threshold)
        return np.where(acts, np.where(truth == self.place, 1.0, -odds), 0.0)


@dataclass(frozen=True)
class _Recalibration(OneClass):
    """Logistic recalibration: the log odds of the truth as a line in the stated log odds."""

    clip: float = 1e-6

    direction = "target"
    needs = "probabilities"
    undefined = "one class only, or the stated probabilities separate the classes"
    source = "Cox 1958, Biometrika 45:562; Van Calster et al. 2019, BMC Med 17:230"

    @property
    def range(self) -> tuple[float, float]:
        """Any number."""
        return (-np.inf, np.inf)

    def line(
        self,
        truth: NDArray[np.int64],
        prediction: NDArray[Any],
        weights: NDArray[np.generic],
        *,
        slope_free: bool,
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return intercept and slope of each column, shape ``(B,)``; the slope may be held at 1."""
        given = np.clip(self.column(prediction), self.clip, 1 - self.clip)
        odds = np.log(given / (1 - given))
        target = (truth == self.place).astype(np.float64)
        lines = [
            _logistic_line(odds, target, np.asarray(column, np.float64), slope_free=slope_free)
            for column in weights.T
        ]
        intercepts, slopes = np.array(lines).T
        return intercepts, slopes


@register
@dataclass(frozen=True)
class CalibrationSlope(_Recalibration):
    """Slope of the recalibration line: below 1 the probabilities are too extreme."""

    name = "calibration-slope"
    title = "slope of the recalibration line; 1 is right, below 1 is too extreme"
    target = 1.0

    @property
    def convention(self) -> str:
        """How far probabilities are from 0 and 1."""
        return f"intercept free, probabilities clipped at {self.clip:g}"

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the slopes ``(B,)``."""
        return self.line(truth, prediction, weights, slope_free=True)[1]


@register
@dataclass(frozen=True)
class CalibrationIntercept(_Recalibration):
    """Intercept with the slope held at 1 (calibration in the large)."""

    name = "calibration-intercept"
    title = "mean calibration; 0 is right, below 0 the probabilities are too high"
    target = 0.0

    @property
    def convention(self) -> str:
        """What is held fixed."""
        return f"slope held at 1, probabilities clipped at {self.clip:g}"

    def compute(
        self, truth: NDArray[np.int64], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the intercepts ``(B,)``."""
        return self.line(truth, prediction, weights, slope_free=False)[0]


def bin_numbers(given: NDArray[np.float64], bins: int, binning: Binning) -> NDArray[np.int64]:
    """Return the bin of each probability, ``0 .. bins - 1``; bins are closed above.

    Bins of equal count are cut at quantiles of the unweighted probabilities, so that resamples
    share the same bins.

    >>> bin_numbers(np.array([0.0, 0.5, 0.51, 1.0]), 2, "width").tolist()
    [0, 0, 1, 1]
    """
    if binning == "width":
        edges = np.arange(1, bins) / bins
    else:
        edges = np.quantile(given, np.arange(1, bins) / bins)
    return np.searchsorted(edges, given, side="left").astype(np.int64)


def reliability_table(
    truth: ArrayLike, given: ArrayLike, *, bins: int = 10, binning: Binning = "width"
) -> pd.DataFrame:
    """Return stated probability and observed share in each bin (the reliability diagram's data).

    Args:
        truth: 0 or 1, shape ``(n,)``.
        given: Probability of 1, shape ``(n,)``.
        bins: Number of bins.
        binning: Bins of equal ``width`` or equal ``count``.

    Returns:
        One row a bin that has cases: ``bin, n, stated`` (mean probability), ``observed`` (share).

    Raises:
        DataError: Broken input.
    """
    labels = inputs.codes(truth, 2, "truth")
    stated = inputs.probabilities(given, 2, len(labels))[:, 1]
    table = pd.DataFrame(
        {"bin": bin_numbers(stated, bins, binning), "stated": stated, "observed": labels}
    )
    found = table.groupby("bin").agg(
        n=("stated", "size"), stated=("stated", "mean"), observed=("observed", "mean")
    )
    return found.reset_index()


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
