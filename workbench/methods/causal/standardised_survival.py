"""Standardisation (g-formula) of survival: the mean of predicted curves of everybody."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.arms import STRATEGIES, Arm, contrasts, curve_days, curve_table
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import COMPETING, Ends, cohort_outcome
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.outcome_checks import outcome_facts
from workbench.methods.causal.predicted_risk import EventModel, fit_events
from workbench.methods.causal.standardised_influence import model_influence
from workbench.methods.causal.weighted_survival import persons_at_risk


def standardisation(
    cohort: Cohort,
    treated: NDArray[np.bool_],
    horizon: float,
    *,
    level: float = 0.95,
    strategies: tuple[str, str] = STRATEGIES,
) -> Emulated:
    """Compare the mean predicted survival had all followed one strategy, or all the other.

    Robins 1986, Math Model 7:1393. A Cox regression of its own in each arm (and for a competing
    event), on all baseline covariates as they are: right where these models are. Censoring may
    depend on covariates and arm. The interval knows coefficients and baseline hazards to be
    estimated, and persons to be drawn (as R riskRegression ``ate``).

    Args:
        cohort: Eligible persons; day 0 is where treatment is decided.
        treated: Who followed the strategy, ``(n,)``.
        horizon: Day the risk is read off and RMST restricted to.
        level: Of the intervals.
        strategies: Names of strategy and comparator.

    Raises:
        DataError: The faults of :func:`cohort_outcome` and :func:`fit_events`.
    """
    ends, chosen = cohort_outcome(cohort, treated, horizon)
    days = curve_days(horizon)
    both = {"treated": np.flatnonzero(chosen), "untreated": np.flatnonzero(~chosen)}
    models = {
        name: (
            fit_events(cohort.baseline.iloc[rows], ends.take(rows), horizon, name),
            rows,
        )
        for name, rows in both.items()
    }
    first, second = (
        standardised_arm(cohort.baseline, ends, rows, days, model)
        for model, rows in models.values()
    )
    words = ["Cox by arm, standardised to everybody", *[COMPETING] * ends.competing]
    estimates = contrasts(
        first,
        second,
        estimator="standardisation",
        level=level,
        interval="influence function, models estimated",
        horizon_days=horizon,
        population="all",
        convention="; ".join(words),
        facts={},
    )
    return Emulated(
        estimates=estimates,
        curves=curve_table(dict(zip(strategies, (first, second), strict=True)), days, level),
        weights=pd.DataFrame(columns=["person", "strategy", "weight"]),
        facts={
            "persons": {name: len(rows) for name, rows in both.items()},
            "left_out": sorted(set().union(*(model.left_out for model, _ in models.values()))),
            **outcome_facts(models, cohort.baseline, ends, chosen),
        },
    )


def standardised_arm(
    baseline: pd.DataFrame,
    ends: Ends,
    rows: NDArray[np.int64],
    days: NDArray[np.float64],
    model: EventModel,
) -> Arm:
    """Return the standardised curve of one arm.

    Args:
        baseline: Covariates of everybody, ``(n, p)``.
        ends: Ends of follow-up of everybody, up to the horizon.
        rows: Persons of the arm, ``(m,)``.
        days: Rising days, the last is the horizon.
        model: Of the outcome, fitted on them.
    """
    predicted = model.of(baseline)
    survival, mean = predicted.curves(days)
    curve, n = survival.mean(axis=0), len(baseline)
    drawn = (survival - curve) / n
    fitted = -model_influence(predicted, baseline, rows, ends.take(rows), days)
    influence = drawn.copy()
    influence[rows] += fitted
    # The mean lived is the area under the curve, and so is a person's influence on it.
    area = (mean - mean.mean()) / n
    area[rows] += np.trapezoid(fitted, days, axis=1)
    at_risk = persons_at_risk(ends.time[rows], days)
    return Arm(curve, float(mean.mean()), influence, area, at_risk)
