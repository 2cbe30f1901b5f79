"""From two arms' risks and means to estimates with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.estimate import Estimand, Estimate
from workbench.methods.causal.stacked import normal_estimate

INFLUENCE = "influence functions of persons, weight models included"
BOOTSTRAP = "bootstrap of {unit}s, percentiles"


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

    def influence(self, pulls: NDArray[np.float64], estimand: Estimand) -> NDArray[np.float64]:
        """Return each person's pull on the estimand, ``(n,)``.

        Args:
            pulls: On both risks, both means and the log hazard ratio, ``(5, n)``.
            estimand: Which.
        """
        if estimand == "risk_difference":
            return np.asarray(pulls[0] - pulls[1])
        if estimand == "rmst_difference":
            return np.asarray(pulls[2] - pulls[3])
        if estimand == "risk_ratio":
            with np.errstate(divide="ignore", invalid="ignore"):
                return np.asarray(pulls[0] / self.risks[0] - pulls[1] / self.risks[1])
        return np.asarray(pulls[4])


def influence_estimates(
    found: Contrast,
    pulls: NDArray[np.float64],
    asked: Sequence[Estimand],
    shared: Mapping[str, Any],
) -> list[Estimate]:
    """Return estimates with normal intervals from influences; ratios on the log scale.

    ``n`` of each is the number of units; their square sum is the variance.

    Args:
        found: The contrast.
        pulls: Of persons, or of centres, ``(5, n)``.
        asked: Estimands, in order.
        shared: ``estimator``, ``level``, ``horizon_days``, ``population``, ``convention``,
            ``facts``.
    """
    estimates = []
    for estimand in asked:
        value = float(found.value(estimand))
        own = found.influence(pulls, estimand)
        made = normal_estimate(
            estimand=estimand, value=value, influence=own, interval=INFLUENCE, **shared
        )
        estimates.append(_shown(made))
    return estimates


def with_resamples(
    estimates: Sequence[Estimate], drawn: Contrast, unit: str = "person"
) -> list[Estimate]:
    """Return the estimates with percentile intervals of resamples instead.

    The interval from influences stays in ``facts`` (``influence_low``, ``influence_high``).
    """
    found = []
    for one in estimates:
        values = drawn.value(one.estimand)
        values = values[np.isfinite(values)]
        tail = (1.0 - one.level) / 2.0
        low, high = np.quantile(values, [tail, 1.0 - tail]).tolist()
        ratio = one.estimand in ("risk_ratio", "hazard_ratio")
        before = {"influence_low": one.low, "influence_high": one.high}
        facts = {**one.facts, **before, "resamples": len(values)}
        found.append(
            replace(
                one,
                low=float(np.exp(low)) if ratio else low,
                high=float(np.exp(high)) if ratio else high,
                standard_error=float(values.std(ddof=1)),
                interval=BOOTSTRAP.format(unit=unit),
                facts=facts,
            )
        )
    return found


def _shown(one: Estimate) -> Estimate:
    """Return a ratio on its own scale; its standard error stays that of the logarithm."""
    if one.estimand not in ("risk_ratio", "hazard_ratio"):
        return one
    value, low, high = (float(np.exp(end)) for end in (one.value, one.low, one.high))
    return replace(one, value=value, low=low, high=high)
