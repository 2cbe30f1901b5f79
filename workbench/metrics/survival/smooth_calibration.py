"""Distance of predicted survival at a time from a smooth calibration curve: ICI, E50, E90."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.sums import column_sums
from workbench.metrics.survival.cloglog import CLIP, cloglog_of_survival, fit_cloglog, line_of
from workbench.metrics.survival.horizon import AtHorizon
from workbench.metrics.survival.outcome import Outcome

Statistic = Literal["ici", "e50", "e90"]
_WORDS = {"ici": "mean", "e50": "median", "e90": "90 % quantile"}
_KNOTS = (0.05, 0.35, 0.65, 0.95)


@register
@dataclass(frozen=True)
class SmoothCalibration(AtHorizon):
    """Absolute distance between predicted and smoothed observed risk, over the cases.

    Attributes:
        statistic: ``ici`` (mean, the integrated calibration index), ``e50`` (median) or ``e90``.
    """

    statistic: Statistic = "ici"

    name = "survival-ici"
    title = "distance of predicted risk at a time from the smooth calibration curve"
    direction = "minimize"
    # Knots are those of the unweighted predictions: a weight of 2 is not quite the row twice.
    supports = ("importance",)
    undefined = (
        "nobody is followed beyond the horizon, all or none have the event by then, or the "
        "calibration curve has no fit"
    )
    source = "Austin, Harrell and van Klaveren 2020, Stat Med 39:2714 (there by hazard regression)"

    def __post_init__(self) -> None:
        """Refuse an unknown statistic."""
        super().__post_init__()
        check_choice(self.name, "statistic", self.statistic, _WORDS)

    @property
    def label(self) -> str:
        """The statistic with the horizon."""
        return f"survival-{self.statistic}-{self.horizon:g}"

    @property
    def convention(self) -> str:
        """The smoother."""
        return (
            f"{_WORDS[self.statistic]}; curve: regression of log(-log S), weighted for censoring, "
            "on a restricted cubic spline with 4 knots (5, 35, 65 and 95 % of the unweighted "
            f"predictions), clipped at {CLIP:g}; {self.censoring_convention}"
        )

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the statistics ``(b,)``."""
        risk, dead = 1.0 - curves[:, 0], self.dead(outcome)
        design = spline(cloglog_of_survival(curves[:, 0]))
        found = []
        for known, column in zip(self.known_weights(outcome, weights).T, weights.T, strict=True):
            coefficients = fit_cloglog(design, dead, known)
            smooth = risk_of(line_of(design, coefficients))
            found.append(_summary(np.abs(smooth - risk), column, self.statistic))
        return np.array(found)


def risk_of(line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the risk behind values of ``log(-log S)``."""
    return np.asarray(-np.expm1(-np.exp(np.clip(line, -30.0, 5.0))))


def spline(x: NDArray[np.float64], at: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
    """Return constant, line and restricted cubic spline terms, shape ``(n, 4)`` or fewer.

    Harrell 2015, Regression Modeling Strategies, section 2.4.5. Where predictions are so few that
    knots coincide, terms are left out: a constant prediction leaves the constant.

    Args:
        x: Predictions, which the knots are quantiles of.
        at: Where the terms are wanted; by default at the predictions.
    """
    at = x if at is None else at
    knots = np.unique(np.quantile(x, _KNOTS))
    columns = [np.ones(len(at))]
    if np.ptp(x) > 0:
        columns.append(at)
    if len(knots) < 3:
        return np.column_stack(columns)
    last, before = knots[-1], knots[-2]
    width = (last - knots[0]) ** 2
    for knot in knots[:-2]:
        terms = _cube(at - knot)
        terms -= _cube(at - before) * (last - knot) / (last - before)
        terms += _cube(at - last) * (before - knot) / (last - before)
        columns.append(terms / width)
    return np.column_stack(columns)


def _cube(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the cube of the positive part."""
    return np.asarray(np.maximum(x, 0.0) ** 3)


def _summary(gaps: NDArray[np.float64], weight: NDArray[np.generic], statistic: Statistic) -> float:
    """Return the weighted mean or quantile (inverse of the distribution function)."""
    counts = weight.astype(np.float64)
    if np.isnan(gaps).any() or not counts.any():
        return np.nan
    if statistic == "ici":
        sums = column_sums(np.column_stack([gaps * counts, counts]))
        return float(sums[0] / sums[1])
    order = np.argsort(gaps, kind="stable")
    reached = np.cumsum(counts[order])
    share = 0.5 if statistic == "e50" else 0.9
    # Rounded, so that 0.9 of 10 cases is the ninth.
    place = np.searchsorted(reached / reached[-1], share - 1e-12, side="left")
    return float(gaps[order][place])
