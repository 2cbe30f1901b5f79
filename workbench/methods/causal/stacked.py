"""Influence of each person on a weighted estimate whose weights were themselves estimated."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.balancing import BalancingWeights
from workbench.methods.causal.estimate import Estimand, Estimate
from workbench.methods.causal.propensity import Propensity
from workbench.metrics.choices import check_level


def stacked_influence(
    derivative: NDArray[np.float64],
    weights: BalancingWeights,
    propensity: Propensity,
    *,
    weights_known: bool = False,
) -> NDArray[np.float64]:
    """Return each person's influence on an estimate, shape ``(n,)`` or ``(n, k)``.

    Stefanski and Boos 2002, Am Stat 56:29, for the equations of score and estimate stacked: what
    a person adds by its own weight, and what it adds by moving the scores of all. The square root
    of the sum of squares is the standard error.

    Args:
        derivative: Of the estimate in each person's weight, ``(n,)`` or ``(n, k)``.
        weights: The weights, with their slope in the log odds of the score.
        propensity: The model behind them.
        weights_known: Leave the second part out. Too wide for most targets; what a weighted
            regression with a robust error does (geepack, survey).
    """
    value = weights.value if derivative.ndim == 1 else weights.value[:, None]
    own = value * derivative
    if weights_known:
        return own
    slope = weights.slope if derivative.ndim == 1 else weights.slope[:, None]
    through = propensity.design.T @ (slope * derivative)
    return np.asarray(own + propensity.influence() @ through)


def normal_estimate(
    estimator: str,
    estimand: Estimand,
    value: float,
    influence: NDArray[np.float64],
    *,
    level: float,
    interval: str,
    horizon_days: float,
    population: str,
    convention: str,
    facts: Mapping[str, Any] | None = None,
) -> Estimate:
    """Return an estimate with the normal interval of its influences (summing to about 0)."""
    check_level(level)
    error = float(np.sqrt(influence @ influence))
    half = NormalDist().inv_cdf((1.0 + level) / 2.0) * error
    return Estimate(
        estimator=estimator,
        estimand=estimand,
        value=value,
        low=value - half,
        high=value + half,
        standard_error=error,
        level=level,
        interval=interval,
        horizon_days=horizon_days,
        population=population,
        n=len(influence),
        convention=convention,
        facts=dict(facts or {}),
    )
