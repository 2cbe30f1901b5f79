"""Effects on an outcome everybody has, a number or yes and no: weighting and standardisation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.balancing import Weighting, balancing_weights
from workbench.methods.causal.estimate import Estimand, Estimate
from workbench.methods.causal.outcome_model import Family, fit_outcome
from workbench.methods.causal.propensity import Propensity
from workbench.methods.causal.stacked import normal_estimate, stacked_influence

_PLAIN = Weighting()


def weighted_difference(
    outcome: NDArray[np.float64],
    propensity: Propensity,
    *,
    weighting: Weighting = _PLAIN,
    weights_known: bool = False,
    level: float = 0.95,
) -> Estimate:
    """Return the difference of weighted means, treated minus untreated (Hajek).

    Args:
        outcome: A number, or 0 and 1, of each person, ``(n,)``.
        propensity: The model of treatment.
        weighting: Whom the effect is of.
        weights_known: Interval as if weights were given: that of a weighted regression with the
            robust (HC0) error, as geepack and survey give it.
        level: Of the interval.

    Raises:
        DataError: ``bad-outcome``; the faults of :func:`balancing_weights`.
    """
    seen = check_outcome(outcome, propensity.treated)
    weights = balancing_weights(propensity, weighting)
    value, slope = 0.0, np.zeros(len(seen))
    for sign, arm in ((1.0, propensity.treated), (-1.0, ~propensity.treated)):
        own = weights.value * arm
        mean = float(own @ seen / own.sum())
        value += sign * mean
        slope += sign * arm * (seen - mean) / own.sum()
    return normal_estimate(
        "iptw",
        difference_of(seen),
        value,
        stacked_influence(slope, weights, propensity, weights_known=weights_known),
        level=level,
        interval="robust, weights as known" if weights_known else "sandwich, score estimated",
        horizon_days=np.nan,
        population=weighting.target,
        convention=f"weighted means, {weighting.convention}",
    )


def standardised_difference(
    outcome: NDArray[np.float64],
    treated: NDArray[np.bool_],
    design: NDArray[np.float64],
    design_treated: NDArray[np.float64],
    design_untreated: NDArray[np.float64],
    *,
    family: Family = "linear",
    level: float = 0.95,
) -> Estimate:
    """Return the mean prediction had all been treated, minus had none been (g-formula).

    Robins 1986, Math Model 7:1393. The interval knows the regression to be estimated and persons
    to be drawn.

    Args:
        outcome: Of each person, ``(n,)``.
        treated: Arm, ``(n,)``.
        design: Columns of the regression, ones and treatment (and its products) among them,
            ``(n, p)``.
        design_treated: The same columns as if everybody had been treated.
        design_untreated: The same as if nobody had been.
        family: ``linear`` (least squares) or ``logistic``.
        level: Of the interval.

    Raises:
        DataError: ``bad-outcome``; faults of the regression.
    """
    seen = check_outcome(outcome, treated)
    model = fit_outcome(design, seen, family)
    gap = model.mean(design_treated) - model.mean(design_untreated)
    pull = (model.slope(design_treated) - model.slope(design_untreated)).mean(axis=0)
    influence = (gap - gap.mean()) / len(seen) + model.influence @ pull
    return normal_estimate(
        "standardisation",
        difference_of(seen),
        float(gap.mean()),
        influence,
        level=level,
        interval="sandwich, regression estimated",
        horizon_days=np.nan,
        population="all",
        convention=f"g-formula with a {family} regression",
    )


def check_outcome(outcome: NDArray[np.float64], treated: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the outcome as float64.

    Raises:
        DataError: ``bad-outcome``: not one finite number a person.
    """
    seen = np.asarray(outcome, np.float64)
    if seen.shape != treated.shape or not np.isfinite(seen).all():
        missing = int((~np.isfinite(seen)).sum())
        text = f"expected {len(treated)} finite numbers, got {seen.shape}, {missing} not finite"
        raise DataError("the outcome cannot be used", problems=[Problem("bad-outcome", text)])
    return seen


def difference_of(outcome: NDArray[np.float64]) -> Estimand:
    """Return what a difference of means is called: of risks where all values are 0 or 1."""
    return "risk_difference" if np.isin(outcome, (0.0, 1.0)).all() else "mean_difference"
