"""Inverse probability of treatment weighting for survival: two weighted curves."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.arms import STRATEGIES, Arm, contrasts, curve_days, curve_table
from workbench.methods.causal.balancing import BalancingWeights, Weighting, balancing_weights
from workbench.methods.causal.censoring_model import fit_censoring
from workbench.methods.causal.censoring_weighted import censoring_weighted_curve
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import COMPETING, Ends, cohort_outcome
from workbench.methods.causal.diagnostics import diagnose
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.propensity import Propensity, fit_propensity
from workbench.methods.causal.stacked import stacked_influence
from workbench.methods.causal.weighted_survival import ArmCurve, arm_curve

_PLAIN = Weighting()


def iptw(
    cohort: Cohort,
    treated: NDArray[np.bool_],
    horizon: float,
    *,
    weighting: Weighting = _PLAIN,
    propensity: Propensity | None = None,
    weight_censoring: bool = False,
    weights_known: bool = False,
    level: float = 0.95,
    strategies: tuple[str, str] = STRATEGIES,
) -> Emulated:
    """Compare survival under two strategies after weighting by the propensity score.

    Xie and Liu 2005, Stat Med 24:3089, for the weighted curve. Right where treatment follows from
    the covariates by the logistic model, every kind of person may get either, and censoring has
    nothing to do with the outcome within an arm (or, where it is weighted, given the covariates).

    Args:
        cohort: Eligible persons; day 0 is where treatment is decided.
        treated: Who followed the strategy, ``(n,)``; the others followed the comparator.
        horizon: Day the risk is read off and RMST restricted to.
        weighting: Whom the effect is of, and how weights are cut.
        propensity: A model fitted before; by default all baseline covariates as they are.
        weight_censoring: Also weight by one over the probability of being uncensored so far, from a
            Cox regression of loss in each arm (:func:`fit_censoring`); intervals take these weights
            as known, which is not too narrow.
        weights_known: Intervals as if the weights were given (a robust error).
        level: Of the intervals.
        strategies: Names of strategy and comparator.

    Raises:
        DataError: The faults of :func:`cohort_outcome`, :func:`fit_propensity` and
            :func:`balancing_weights`.
    """
    ends, chosen = cohort_outcome(cohort, treated, horizon)
    model = propensity or fit_propensity(cohort.baseline, chosen)
    weights = balancing_weights(model, weighting)
    days = curve_days(horizon)
    arms: list[Arm] = []
    left_out: set[str] = set()
    for who in (chosen, ~chosen):
        curve, without = _curve(cohort, ends, weights, who, days, weight_censoring)
        left_out |= {f"loss: {name}" for name in without}
        slopes = np.column_stack([curve.survival_slope, curve.mean_slope])
        pulled = stacked_influence(slopes, weights, model, weights_known=weights_known)
        arms.append(Arm(curve.survival, curve.mean, pulled[:, :-1], pulled[:, -1], curve.at_risk))
    facts = diagnose(cohort.baseline, model, weights, target=weighting.target)
    facts["left_out"] = [*facts["left_out"], *sorted(left_out)]
    words = [COMPETING] if ends.competing else ["weighted Kaplan-Meier"]
    words += [weighting.convention, *["loss weighted (Cox by arm)"] * weight_censoring]
    estimates = contrasts(
        *arms,
        estimator="iptw",
        level=level,
        interval="robust, weights as known" if weights_known else "sandwich, score estimated",
        horizon_days=horizon,
        population=weighting.target,
        convention="; ".join(words),
        facts={"ess": facts["ess"], "truncated": weights.truncated, "trimmed": weights.trimmed},
    )
    return Emulated(
        estimates=estimates,
        curves=curve_table(dict(zip(strategies, arms, strict=True)), days, level),
        weights=pd.DataFrame(
            {
                "person": cohort.person,
                "strategy": np.where(chosen, *strategies),
                "weight": weights.value,
            }
        ),
        facts=facts,
    )


def _curve(
    cohort: Cohort,
    ends: Ends,
    weights: BalancingWeights,
    who: NDArray[np.bool_],
    days: NDArray[np.float64],
    weight_censoring: bool,
) -> tuple[ArmCurve, tuple[str, ...]]:
    """Return the weighted curve of one arm, and the columns the model of loss could not use."""
    horizon = float(days[-1])
    if not weight_censoring:
        return arm_curve(ends, weights.value, who, days, horizon), ()
    rows = np.flatnonzero(who)
    own, administrative = ends.take(rows), cohort.administrative[rows]
    model = fit_censoring(
        cohort.baseline.iloc[rows], own, administrative, horizon, "censoring model"
    )
    uncensored = model.of(cohort.baseline)
    curve = censoring_weighted_curve(ends, weights.value, who, days, horizon, uncensored)
    return curve, model.loss.left_out
