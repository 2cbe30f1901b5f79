"""Standardisation (g-formula) of survival: the mean of predicted curves of everybody."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.arms import STRATEGIES, Arm, contrasts, curve_days, curve_table
from workbench.methods.causal.augmentation import predicted
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import cohort_outcome
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.hazard_model import HazardModel, fit_hazard
from workbench.metrics.survival.outcome import Outcome


def standardisation(
    cohort: Cohort,
    treated: NDArray[np.bool_],
    horizon: float,
    *,
    level: float = 0.95,
    strategies: tuple[str, str] = STRATEGIES,
) -> Emulated:
    """Compare the mean predicted survival had all followed one strategy, or all the other.

    Robins 1986, Math Model 7:1393. A Cox regression of its own in each arm, on all baseline
    covariates as they are: right where these models are. Censoring may depend on covariates and
    arm. The interval knows coefficients and baseline hazard to be estimated, and persons to be
    drawn (as R riskRegression ``ate``).

    Args:
        cohort: Eligible persons; day 0 is where treatment is decided.
        treated: Who followed the strategy, ``(n,)``.
        horizon: Day the risk is read off and RMST restricted to.
        level: Of the intervals.
        strategies: Names of strategy and comparator.

    Raises:
        DataError: The faults of :func:`cohort_outcome` and :func:`fit_hazard`.
    """
    outcome, chosen = cohort_outcome(cohort, treated, horizon)
    days = curve_days(horizon)
    (first, lacks), (second, lacks_too) = (
        standardised_arm(cohort.baseline, outcome, who, days, f"event model, {name}")
        for who, name in ((chosen, "treated"), (~chosen, "untreated"))
    )
    estimates = contrasts(
        first,
        second,
        estimator="standardisation",
        level=level,
        interval="influence function, models estimated",
        horizon_days=horizon,
        population="all",
        convention="Cox by arm, standardised to everybody",
        facts={},
    )
    return Emulated(
        estimates=estimates,
        curves=curve_table(dict(zip(strategies, (first, second), strict=True)), days, level),
        weights=pd.DataFrame(columns=["person", "strategy", "weight"]),
        facts={
            "persons": {"treated": int(chosen.sum()), "untreated": int((~chosen).sum())},
            "left_out": sorted({f"event: {name}" for name in (*lacks, *lacks_too)}),
        },
    )


def standardised_arm(
    baseline: pd.DataFrame,
    outcome: Outcome,
    who: NDArray[np.bool_],
    days: NDArray[np.float64],
    what: str,
) -> tuple[Arm, tuple[str, ...]]:
    """Return the standardised curve of one arm, and the columns its model could not use.

    Args:
        baseline: Covariates of everybody, ``(n, p)``.
        outcome: Of everybody, up to the horizon.
        who: Persons of the arm, ``(n,)``.
        days: Rising days, the last is the horizon.
        what: Name of the model, for errors.

    Raises:
        DataError: The faults of :func:`fit_hazard`.
    """
    own = Outcome(outcome.time[who], outcome.event[who])
    model = fit_hazard(baseline.iloc[np.flatnonzero(who)], own.time, own.event, what)
    ratio = model.ratio(baseline)
    survival, mean = predicted(model, ratio, days)
    curve, n = survival.mean(axis=0), len(who)
    influence = (survival - curve) / n
    steeper = survival * ratio[:, None] / n  # fall of each curve for a rise of the baseline
    pulled = _baseline_influence(model, ratio[who], own, days)
    influence[who] -= pulled * steeper.sum(axis=0)
    if model.fit is not None:
        x = model.centred(baseline)
        sums, met = _hazard_and_covariates(model, x[who], ratio[who], own.time, days)
        through = (steeper.T @ x) * sums[:, None] - steeper.sum(axis=0)[:, None] * met
        moved = model.fit.score_residuals() @ model.fit.covariance
        influence[who] -= moved @ through.T
    # The mean lived is the area under the curve, and so is a person's influence on it.
    area = np.trapezoid(influence - (survival - curve) / n, days, axis=1)
    arm = Arm(
        survival=curve,
        mean=float(mean.mean()),
        survival_influence=influence,
        mean_influence=(mean - mean.mean()) / n + area,
        at_risk=(own.time[:, None] >= days).sum(axis=0),
    )
    return arm, model.left_out


def _baseline_influence(
    model: HazardModel, ratio: NDArray[np.float64], outcome: Outcome, days: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return each person's influence on the baseline hazard at fixed coefficients, ``(n, k)``."""
    at_risk = _at_risk(model.times, outcome.time, ratio[:, None])[:, 0]
    steps = np.diff(model.cumulative, prepend=0.0)
    exposed = np.append(0.0, np.cumsum(steps / at_risk))
    last = np.searchsorted(model.times, outcome.time, side="right")
    seen = np.searchsorted(model.times, days, side="right")
    own = np.append(1.0 / at_risk, 0.0)[np.where(outcome.event, last - 1, len(at_risk))]
    events = own[:, None] * (outcome.time[:, None] <= days)
    return np.asarray(events - ratio[:, None] * exposed[np.minimum.outer(last, seen)])


def _hazard_and_covariates(
    model: HazardModel,
    x: NDArray[np.float64],
    ratio: NDArray[np.float64],
    time: NDArray[np.float64],
    days: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the baseline hazard by each day ``(k,)``, and its sum times mean covariates."""
    both = _at_risk(model.times, time, np.column_stack([ratio, ratio[:, None] * x]))
    steps = np.diff(model.cumulative, prepend=0.0)
    met = np.cumsum(steps[:, None] * both[:, 1:] / both[:, :1], axis=0)
    seen = np.searchsorted(model.times, days, side="right")
    return model.at(days), np.vstack([np.zeros(x.shape[1]), met])[seen]


def _at_risk(
    times: NDArray[np.float64], time: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sums of values over who is under observation at each time, ``(m, q)``."""
    order = np.argsort(time, kind="stable")
    sums = np.cumsum(values[order][::-1], axis=0)[::-1]
    return np.asarray(sums[np.searchsorted(time[order], times, side="left")])
