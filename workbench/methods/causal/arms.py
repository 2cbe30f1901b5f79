"""From the survival of two arms to their contrasts, with intervals from influences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.estimate import Estimate
from workbench.methods.causal.stacked import normal_estimate

STRATEGIES = ("treated", "untreated")
_CURVE_STEPS = 60


@dataclass(frozen=True, eq=False)
class Arm:
    """Survival under one strategy.

    Attributes:
        survival: At each day of the grid, whose last is the horizon, shape ``(k,)``.
        mean: Days lived until the horizon (RMST).
        survival_influence: Of each person, ``(n, k)``, summing to about 0.
        mean_influence: The same for ``mean``, ``(n,)``.
        at_risk: Persons under observation at each day, ``(k,)``.
    """

    survival: NDArray[np.float64]
    mean: float
    survival_influence: NDArray[np.float64]
    mean_influence: NDArray[np.float64]
    at_risk: NDArray[np.int64]


def curve_days(horizon: float) -> NDArray[np.float64]:
    """Return the days a curve is drawn at, from 0 to the horizon."""
    return np.linspace(0.0, horizon, _CURVE_STEPS + 1)


def contrasts(
    treated: Arm,
    untreated: Arm,
    *,
    estimator: str,
    level: float,
    interval: str,
    horizon_days: float,
    population: str,
    convention: str,
    facts: Mapping[str, Any],
) -> list[Estimate]:
    """Return risk difference, difference in RMST and risk ratio, treated against untreated.

    The interval of the ratio is normal in its logarithm; a ratio with a risk of 0 is left out.
    """
    shared: dict[str, Any] = {
        "level": level,
        "interval": interval,
        "horizon_days": horizon_days,
        "population": population,
        "convention": convention,
        "facts": facts,
    }
    risk1, risk0 = 1.0 - float(treated.survival[-1]), 1.0 - float(untreated.survival[-1])
    fall1, fall0 = treated.survival_influence[:, -1], untreated.survival_influence[:, -1]
    mean = treated.mean - untreated.mean
    mean_influence = treated.mean_influence - untreated.mean_influence
    found = [
        normal_estimate(estimator, "risk_difference", risk1 - risk0, fall0 - fall1, **shared),
        normal_estimate(estimator, "rmst_difference", mean, mean_influence, **shared),
    ]
    if min(risk1, risk0) > 0:
        log = float(np.log(risk1 / risk0))
        influence = fall0 / risk0 - fall1 / risk1
        ratio = normal_estimate(estimator, "risk_ratio", log, influence, **shared)
        ends = (float(np.exp(end)) for end in (ratio.value, ratio.low, ratio.high))
        value, low, high = ends
        found.append(replace(ratio, value=value, low=low, high=high))
    return found


def curve_table(arms: Mapping[str, Arm], days: NDArray[np.float64], level: float) -> pd.DataFrame:
    """Return survival under each strategy with intervals on the scale of log(-log).

    Columns ``strategy``, ``day``, ``survival``, ``low``, ``high``, ``at_risk``.
    """
    z = NormalDist().inv_cdf((1.0 + level) / 2.0)
    tables = []
    for strategy, arm in arms.items():
        error = np.sqrt(np.einsum("ik,ik->k", arm.survival_influence, arm.survival_influence))
        inside = (arm.survival > 0) & (arm.survival < 1)
        s = np.where(inside, arm.survival, 0.5)
        width = np.where(inside, z * error / (s * -np.log(s)), 0.0)
        tables.append(
            pd.DataFrame(
                {
                    "strategy": strategy,
                    "day": days,
                    "survival": arm.survival,
                    "low": np.where(inside, s ** np.exp(width), arm.survival),
                    "high": np.where(inside, s ** np.exp(-width), arm.survival),
                    "at_risk": arm.at_risk,
                }
            )
        )
    return pd.concat(tables, ignore_index=True)
