"""Augmented weighting (AIPW) of a plain outcome: right if either model is."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.estimate import Estimate
from workbench.methods.causal.folds import person_folds
from workbench.methods.causal.outcome_model import Family, fit_outcome
from workbench.methods.causal.plain_effects import check_outcome, difference_of
from workbench.methods.causal.propensity import check_arms, fit_propensity
from workbench.methods.causal.stacked import normal_estimate


def augmented_difference(
    outcome: NDArray[np.float64],
    treated: NDArray[np.bool_],
    covariates: pd.DataFrame,
    *,
    outcome_covariates: pd.DataFrame | None = None,
    family: Family = "linear",
    folds: int = 5,
    seed: int = 0,
    level: float = 0.95,
) -> Estimate:
    """Return the doubly robust difference of means had all been treated or none.

    Robins, Rotnitzky and Zhao 1994, J Am Stat Assoc 89:846; cross-fitting as in Chernozhukov et al.
    2018, Econom J 21:C1: nobody's prediction comes from a model that has seen the person. A
    regression of its own is fitted in each arm.

    Args:
        outcome: Of each person, ``(n,)``.
        treated: Arm, ``(n,)``.
        covariates: Columns of the propensity model.
        outcome_covariates: Columns of the outcome model; the same by default.
        family: Of the outcome model: ``linear`` or ``logistic``.
        folds: Of cross-fitting; 1 fits and predicts on the same persons.
        seed: Of the folds.
        level: Of the interval.

    Raises:
        DataError: ``bad-outcome``, ``too-few-for-folds``; the faults of the two models.
    """
    chosen = check_arms(treated, len(covariates))
    seen = check_outcome(outcome, chosen)
    columns = covariates if outcome_covariates is None else outcome_covariates
    design = np.column_stack([np.ones(len(seen)), columns.to_numpy(np.float64)])
    score = np.empty(len(seen))
    mean = {True: np.empty(len(seen)), False: np.empty(len(seen))}
    for learn, judge in person_folds(chosen, folds, seed):
        model = fit_propensity(covariates.iloc[learn], chosen[learn])
        score[judge] = model.predict(covariates.iloc[judge])
        for arm, predicted in mean.items():
            own = learn[chosen[learn] == arm]
            predicted[judge] = fit_outcome(design[own], seen[own], family).mean(design[judge])
    part = {
        True: mean[True] + chosen * (seen - mean[True]) / score,
        False: mean[False] + ~chosen * (seen - mean[False]) / (1.0 - score),
    }
    gap = part[True] - part[False]
    return normal_estimate(
        "aipw",
        difference_of(seen),
        float(gap.mean()),
        (gap - gap.mean()) / len(gap),
        level=level,
        interval="influence function",
        horizon_days=np.nan,
        population="all",
        convention=f"{family} regression by arm, {folds} folds of cross-fitting",
        facts={"folds": folds, "seed": seed, "smallest_score": float(score.min())},
    )
