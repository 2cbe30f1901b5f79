"""Clone, censor, weight: strategies with a grace period, without immortal time.

Everybody is cloned into both strategies on day 0; a clone is censored on the day its person leaves
the strategy; those who stay stand for alike ones who left, by inverse probability weights
(Hernan 2018, BMJ 360:k182; Cain et al. 2010, Int J Biostat 6(2):18; Maringe et al. 2020, Int J
Epidemiol 49:1719). The policy for deaths in the grace period and for ties is in ``strategies.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.comparison import Comparison, check_support
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.risk_sets import make_cells
from workbench.methods.causal.strategies import Trial
from workbench.methods.causal.weight_models import WeightTasks
from workbench.methods.causal.weighted_arms import make_arm


def clone_comparison(
    cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks
) -> Comparison:
    """Clone a cohort into both strategies.

    Raises:
        DataError: ``horizon-beyond-follow-up``.
    """
    horizon = trial.grid.horizon
    end = np.minimum(cohort.end_day, horizon)
    kind = np.where(cohort.end_day <= horizon, cohort.event, 0).astype(np.int8)
    cells = make_cells(cohort.end_day[kind > 0], trial.grid, trial.window)
    everybody = np.ones(len(cohort), dtype=np.bool_)
    arms = []
    for arm in trial.arms:
        leaves = np.minimum(end, arm.left)
        ends = np.where(arm.left < end, 0, kind).astype(np.int8)
        check_support(arm.name, leaves, ends, horizon)
        follow = (0.0, leaves, ends)
        arms.append(make_arm(arm.name, arm.rules, trial.processes, cells, everybody, follow))
    return Comparison(
        arms=(arms[0], arms[1]),
        horizon=horizon,
        persons=len(cohort),
        tasks=tasks,
        truncate=protocol.weights.truncate,
        stabilise=protocol.weights.stabilise != "none",
    )


def clone_facts(cohort: Cohort, trial: Trial) -> dict[str, Any]:
    """Return how many clones each strategy has, and what ended them."""
    horizon = trial.grid.horizon
    facts: dict[str, Any] = {}
    for arm in trial.arms:
        left = arm.left < np.minimum(cohort.end_day, horizon)
        seen = (cohort.end_day <= horizon) & ~left
        censored = seen & (cohort.event == 0)
        facts[arm.name] = {
            "clones": len(cohort),
            "left_strategy": int(left.sum()),
            "outcome": int((seen & (cohort.event == 1)).sum()),
            "competing": int((seen & (cohort.event == 2)).sum()),
            "lost": int((censored & ~cohort.administrative).sum()),
            "end_of_study": int((censored & cohort.administrative).sum()),
            "followed_to_horizon": int(((cohort.end_day > horizon) & ~left).sum()),
        }
    return facts
