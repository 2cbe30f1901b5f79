"""The wrong answer, for comparison: ever treated against never treated, from day 0.

Whoever is treated must have lived until then: that time is counted for treatment though treatment
had no part in it (immortal time), and nothing is adjusted for.
"""

from __future__ import annotations

import numpy as np

from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.comparison import Comparison, check_support
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.risk_sets import make_cells
from workbench.methods.causal.strategies import Trial
from workbench.methods.causal.weighted_arms import make_arm

CONVENTION = (
    "WRONG ANSWER, shown for comparison: ever against never treated, Kaplan-Meier from day 0, "
    "immortal time counted for treatment, nothing adjusted"
)


def naive_comparison(cohort: Cohort, protocol: Protocol, trial: Trial) -> Comparison:
    """Compare those who were ever first treated as the first strategy says with all others.

    Args:
        cohort: The cohort.
        protocol: The protocol.
        trial: Its strategies.
    """
    horizon = trial.grid.horizon
    ever = np.isfinite(trial.processes[0].day)
    if trial.arms[0].rules[0].kind == "never" or trial.arms[0].rules[0].process == 1:
        ever = ~ever
    end = np.minimum(cohort.end_day, horizon)
    kind = np.where(cohort.end_day <= horizon, cohort.event, 0).astype(np.int8)
    cells = make_cells(cohort.end_day[kind > 0], trial.grid, 0.0)
    arms = []
    for arm, member in zip(trial.arms, (ever, ~ever), strict=True):
        check_support(arm.name, end[member], kind[member], horizon)
        arms.append(make_arm(arm.name, (), (), cells, member, (0.0, end, kind)))
    return Comparison(arms=(arms[0], arms[1]), horizon=horizon, persons=len(cohort))
