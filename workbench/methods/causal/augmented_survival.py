"""Augmented weighting (AIPW) of survival: right if the outcome model is, or both of the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.arms import STRATEGIES, Arm, contrasts, curve_days, curve_table
from workbench.methods.causal.balancing import BalancingWeights
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import COMPETING, cohort_outcome
from workbench.methods.causal.cross_fitting import Columns, cross_fitted
from workbench.methods.causal.diagnostics import diagnose
from workbench.methods.causal.drawn import Drawn
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.propensity import fit_propensity
from workbench.methods.causal.starts import Starts
from workbench.methods.causal.weighted_survival import persons_at_risk

_ALL = Columns()


def aipw(
    cohort: Cohort,
    treated: NDArray[np.bool_],
    horizon: float,
    *,
    folds: int = 5,
    seed: int = 0,
    columns: Columns = _ALL,
    level: float = 0.95,
    strategies: tuple[str, str] = STRATEGIES,
) -> Emulated:
    """Compare survival under two strategies by predictions that observed persons correct.

    A logistic regression of treatment; Cox regressions of the event and of loss in each arm.
    Unbiased in large samples if the model of the event is right, or if those of treatment and loss
    both are. Loss may depend on the covariates and the arm. The interval is too narrow where parts
    of the cohort are hardly ever treated: it does not know how far the models reach there.

    Args:
        cohort: Eligible persons; day 0 is where treatment is decided.
        treated: Who followed the strategy, ``(n,)``.
        horizon: Day the risk is read off and RMST restricted to.
        folds: Of cross-fitting: nobody's curve comes from models that have seen the person. 1 fits
            and predicts on the same persons.
        seed: Of the folds.
        columns: Which covariates each model uses.
        level: Of the intervals.
        strategies: Names of strategy and comparator.

    Raises:
        DataError: The faults of :func:`cohort_outcome` and of the models; ``too-few-for-folds``.
    """
    ends, chosen = cohort_outcome(cohort, treated, horizon)
    days = curve_days(horizon)
    everybody = Drawn.of(cohort, ends, chosen, np.ones(len(chosen), np.int64), Starts())
    found = cross_fitted(everybody, days, columns, (folds, seed))
    arms = [
        Arm(
            survival=part.survival.mean(axis=0),
            mean=float(part.mean.mean()),
            survival_influence=(part.survival - part.survival.mean(axis=0)) / len(chosen),
            mean_influence=(part.mean - part.mean.mean()) / len(chosen),
            at_risk=persons_at_risk(ends.time[who], days),
        )
        for part, who in zip(found.parts, (chosen, ~chosen), strict=True)
    ]
    weight = 1.0 / np.where(chosen, found.score, 1.0 - found.score)
    model = fit_propensity(columns.of(cohort.baseline, "propensity"), chosen)
    facts = diagnose(
        cohort.baseline, model, BalancingWeights(weight, np.zeros(len(weight)), 0.0, 0)
    )
    least = min(part.least for part in found.parts)
    facts |= {"folds": folds, "seed": seed, "least_uncensored": least}
    facts["left_out"] = [*facts["left_out"], *found.left_out]
    words = [f"Cox by arm for event and loss, {folds} folds of cross-fitting"]
    words += [COMPETING] * ends.competing
    estimates = contrasts(
        *arms,
        estimator="aipw",
        level=level,
        interval="influence function",
        horizon_days=horizon,
        population="all",
        convention="; ".join(words),
        facts={key: facts[key] for key in ("ess", "folds", "seed", "least_uncensored")},
    )
    names = np.where(chosen, *strategies)
    return Emulated(
        estimates=estimates,
        curves=curve_table(dict(zip(strategies, arms, strict=True)), days, level),
        weights=pd.DataFrame({"person": cohort.person, "strategy": names, "weight": weight}),
        facts=facts,
    )
