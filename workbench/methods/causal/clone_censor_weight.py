"""Clone, censor, weight: strategies with a grace period, without immortal time.

Everybody is cloned into both strategies on day 0; a clone is censored on the day its person leaves
the strategy; those who stay stand for alike ones who left, by inverse probability weights
(Hernan 2018, BMJ 360:k182; Cain et al. 2010, Int J Biostat 6(2):18; Maringe et al. 2020, Int J
Epidemiol 49:1719). The policy for deaths in the grace period and for ties is in ``strategies.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.contrast import Contrast, contrast_of
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.risk_curve import RiskCurve, log_hazard_ratio, risk_curve
from workbench.methods.causal.risk_sets import RiskTable, make_cells, make_stay
from workbench.methods.causal.strategies import Trial, make_trial
from workbench.methods.causal.weight_models import (
    WeightFits,
    WeightTasks,
    fit_weights,
    weight_tasks,
)
from workbench.methods.causal.weighted_arms import (
    ArmWeights,
    WeightedArm,
    arm_influence,
    arm_weights,
)


@dataclass(frozen=True, eq=False)
class Clones:
    """A cohort cloned into both strategies, with the person-time of the weight models."""

    cohort: Cohort
    protocol: Protocol
    trial: Trial
    tasks: WeightTasks
    arms: tuple[WeightedArm, WeightedArm]


@dataclass(frozen=True, eq=False)
class CloneFit:
    """One pass over the clones: models, weights, tables, curves."""

    fits: WeightFits
    weights: tuple[ArmWeights, ArmWeights]
    tables: tuple[RiskTable, RiskTable]
    curves: tuple[RiskCurve, RiskCurve]
    contrast: Contrast


def make_clones(cohort: Cohort, protocol: Protocol) -> Clones:
    """Clone a cohort into both strategies.

    Raises:
        DataError: ``empty-arm``, ``no-start-in-time``, ``horizon-beyond-follow-up`` and others of
            :func:`make_trial` and :func:`weight_tasks`.
    """
    trial = make_trial(cohort, protocol)
    tasks = weight_tasks(cohort, protocol, trial)
    horizon = trial.grid.horizon
    end = np.minimum(cohort.end_day, horizon)
    kind = np.where(cohort.end_day <= horizon, cohort.event, 0).astype(np.int8)
    cells = make_cells(cohort.end_day[kind > 0], trial.grid, trial.window)
    none = np.zeros(len(cohort))
    arms = []
    for arm in trial.arms:
        leaves = np.minimum(end, arm.left)
        ends = np.where(arm.left < end, 0, kind).astype(np.int8)
        check_support(arm.name, leaves, ends, horizon)
        arms.append(WeightedArm(arm.name, arm.rules, make_stay(cells, none, leaves, ends)))
    return Clones(cohort, protocol, trial, tasks, (arms[0], arms[1]))


def fit_clones(
    clones: Clones,
    counts: NDArray[np.float64] | None = None,
    start: WeightFits | None = None,
) -> CloneFit:
    """Fit the weight models and both curves.

    Args:
        clones: From :func:`make_clones`.
        counts: Weight of each person, ``(n,)``, such as bootstrap counts: no person is copied.
        start: Fits to begin at.
    """
    fits = fit_weights(clones.tasks, counts, start)
    cut = clones.protocol.weights.truncate
    weights, tables, curves = [], [], []
    for arm in clones.arms:
        own = arm_weights(arm, clones.trial, fits, cut)
        used = own.weights if counts is None else own.weights * counts[:, None]
        table = arm.stay.table(used)
        weights.append(own)
        tables.append(table)
        curves.append(risk_curve(arm.stay.cells.days, table, clones.trial.grid.horizon))
    ratio = log_hazard_ratio(tables[0], tables[1])[0]
    both = (curves[0], curves[1])
    return CloneFit(
        fits, (weights[0], weights[1]), (tables[0], tables[1]), both, contrast_of(both, ratio)
    )


def clone_influence(clones: Clones, fit: CloneFit) -> NDArray[np.float64]:
    """Return each person's pull on both risks, both means and the log hazard ratio, ``(5, n)``."""
    _, *ratio_pulls = log_hazard_ratio(*fit.tables)
    found = np.zeros((5, len(clones.cohort)))
    for number, (arm, curve) in enumerate(zip(clones.arms, fit.curves, strict=True)):
        rows = {number: curve.risk_pull, 2 + number: curve.mean_pull, 4: ratio_pulls[number]}
        for row, pull in rows.items():
            found[row] += arm_influence(
                arm, clones.trial, clones.tasks, fit.fits, fit.weights[number], pull
            )
    return found


def check_support(
    name: str, leaves: NDArray[np.float64], kind: NDArray[np.int8], horizon: float
) -> None:
    """Refuse a horizon at which nobody of an arm is under observation.

    Raises:
        DataError: ``horizon-beyond-follow-up``, with the last day that somebody is seen on.
    """
    last = float(leaves.max())
    if last >= horizon or (kind[leaves == last] > 0).all():
        return
    raise DataError(
        f"under '{name}' nobody is under observation on day {horizon:g}",
        problems=[
            Problem(
                "horizon-beyond-follow-up",
                f"the last person is last seen on day {last:g}",
                "outcome.horizon_days",
                f"choose a horizon up to {last:g} days",
            )
        ],
    )


def clone_facts(clones: Clones, fit: CloneFit) -> dict[str, Any]:
    """Return counts of clones by what ended them, for each strategy."""
    cohort, horizon = clones.cohort, clones.trial.grid.horizon
    facts: dict[str, Any] = {}
    for arm in clones.trial.arms:
        over = np.minimum(cohort.end_day, horizon)
        left = arm.left < over
        seen = (cohort.end_day <= horizon) & ~left
        lost = seen & (cohort.event == 0) & ~cohort.administrative
        facts[arm.name] = {
            "clones": len(cohort),
            "left_strategy": int(left.sum()),
            "outcome": int((seen & (cohort.event == 1)).sum()),
            "competing": int((seen & (cohort.event == 2)).sum()),
            "lost": int(lost.sum()),
            "end_of_study": int((seen & (cohort.event == 0) & cohort.administrative).sum()),
            "followed_to_horizon": int(((cohort.end_day > horizon) & ~left).sum()),
        }
    return facts


def final_weights(clones: Clones, fit: CloneFit) -> pd.DataFrame:
    """Return ``person, strategy, weight`` of every clone that never left its strategy."""
    parts = []
    for arm, own, clone in zip(clones.trial.arms, fit.weights, clones.arms, strict=True):
        stays = np.flatnonzero(~(arm.left < clones.cohort.end_day))
        last = np.maximum(clone.stay.at_risk * np.arange(1, len(clone.stay.cells) + 1), 1)
        cell = last.max(axis=1)[stays] - 1
        parts.append(
            pd.DataFrame(
                {
                    "person": clones.cohort.person[stays],
                    "strategy": arm.name,
                    "weight": own.weights[stays, cell],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
