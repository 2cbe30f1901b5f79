"""From two weighted arms to estimates: risks, restricted means, ratios, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from workbench.methods.causal.estimate import Estimand, Estimate
from workbench.methods.causal.risk_curve import RiskCurve

#: How each estimand is made from risks, means and log hazard ratio, and whether on a log scale.
ESTIMANDS: tuple[Estimand, ...] = (
    "risk_difference",
    "rmst_difference",
    "risk_ratio",
    "hazard_ratio",
)


@dataclass(frozen=True, eq=False)
class Contrast:
    """Both arms' numbers, or those of every resample, on the last axis.

    Attributes:
        risks: Risk by the horizon of strategy and comparator, ``(2, ...)``.
        means: Restricted means in days, ``(2, ...)``.
        log_hazard_ratio: Descriptive, ``(...)``.
    """

    risks: NDArray[np.float64]
    means: NDArray[np.float64]
    log_hazard_ratio: NDArray[np.float64]

    def value(self, estimand: Estimand) -> NDArray[np.float64]:
        """Return the estimand on the scale of its interval: ratios as logarithms."""
        if estimand == "risk_difference":
            return np.asarray(self.risks[0] - self.risks[1])
        if estimand == "rmst_difference":
            return np.asarray(self.means[0] - self.means[1])
        if estimand == "risk_ratio":
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.asarray(np.log(self.risks[0]) - np.log(self.risks[1]))
        return np.asarray(self.log_hazard_ratio)


def contrast_of(curves: Sequence[RiskCurve], log_hazard_ratio: float) -> Contrast:
    """Return the contrast of two curves."""
    risks = np.array([curve.at_horizon for curve in curves])
    means = np.array([curve.mean_days for curve in curves])
    return Contrast(risks, means, np.asarray(log_hazard_ratio))


@dataclass(frozen=True, eq=False)
class Spread:
    """How the contrast may vary: pulls of persons, or resamples, or neither.

    Attributes:
        influence: Of each person on each arm's risk, each arm's mean and the log hazard ratio,
            ``(5, n)``, or None.
        resamples: The contrast of every resample, or None.
        level: Of intervals.
        facts: Seed, number of resamples ...
    """

    influence: NDArray[np.float64] | None = None
    resamples: Contrast | None = None
    level: float = 0.95
    facts: Mapping[str, Any] = field(default_factory=dict)


def estimates_of(
    found: Contrast, spread: Spread, common: Mapping[str, Any], asked: Sequence[Estimand]
) -> list[Estimate]:
    """Return an estimate for each estimand asked for.

    Args:
        found: The contrast.
        spread: For the intervals: percentiles of resamples where there are some, else normal
            intervals from influences (for ratios on the log scale).
        common: Fields of ``Estimate`` that all share: ``estimator``, ``horizon_days``,
            ``population``, ``n``, ``convention``, ``facts``.
        asked: Estimands, in order.
    """
    return [_estimate(found, spread, common, estimand) for estimand in asked]


def _estimate(
    found: Contrast, spread: Spread, common: Mapping[str, Any], estimand: Estimand
) -> Estimate:
    ratio = estimand in ("risk_ratio", "hazard_ratio")
    value = float(found.value(estimand))
    error, how = float("nan"), "none"
    if spread.influence is not None:
        error = _standard_error(found, spread.influence, estimand)
        how = "influence function of persons, weight models included"
    z = float(norm.ppf(0.5 + spread.level / 2.0))
    low, high = value - z * error, value + z * error
    if spread.resamples is not None:
        drawn = spread.resamples.value(estimand)
        drawn = drawn[np.isfinite(drawn)]
        tail = (1.0 - spread.level) / 2.0
        low, high = (float(q) for q in np.quantile(drawn, [tail, 1.0 - tail]))
        error, how = float(drawn.std(ddof=1)), "bootstrap of persons, percentiles"
    facts = {**common.get("facts", {}), **spread.facts}
    scale = np.exp if ratio else float
    return Estimate(
        estimand=estimand,
        value=float(scale(value)),
        low=float(scale(low)),
        high=float(scale(high)),
        standard_error=error,
        level=spread.level,
        interval=how,
        **{**common, "facts": facts},
    )


def _standard_error(found: Contrast, influence: NDArray[np.float64], estimand: Estimand) -> float:
    """Return the standard error from what each person pulls."""
    if estimand == "risk_difference":
        pulls = influence[0] - influence[1]
    elif estimand == "rmst_difference":
        pulls = influence[2] - influence[3]
    elif estimand == "risk_ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            pulls = influence[0] / found.risks[0] - influence[1] / found.risks[1]
    else:
        pulls = influence[4]
    n = len(pulls)
    return float(np.sqrt(((pulls - pulls.mean()) ** 2).sum() * n / (n - 1)))
