"""Landmark analysis: strategies by what was done by the end of the grace period, among those alive.

No immortal time, but another question: deaths before the landmark are left out, and the effect is
of survival from the landmark to the horizon (Anderson et al. 1983, J Clin Oncol 1:710). Weighted by
the inverse chance of what was done by the landmark, and of drop-out where the protocol asks.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.comparison import Comparison, check_support
from workbench.methods.causal.intervals import Grid
from workbench.methods.causal.person_time import PersonTime
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.risk_sets import make_cells
from workbench.methods.causal.strategies import Rule, StartProcess, Trial
from workbench.methods.causal.weight_models import WeightTasks
from workbench.methods.causal.weighted_arms import make_arm


def landmark_comparison(
    cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks
) -> Comparison:
    """Compare, from the end of the grace period on, those who had started with those who had not.

    With a strategy that starts surgery, those who had neither started are left out.

    Raises:
        DataError: ``empty-arm``: nobody of a strategy is alive and followed at the landmark;
            ``horizon-beyond-follow-up``.
    """
    day, horizon = trial.window, trial.grid.horizon
    here = cohort.end_day > day
    members = [here & np.isinf(arm.left) for arm in trial.arms]
    started = members[0] if trial.arms[0].rules[0].kind == "start" else members[1]
    own = StartProcess(
        "treatment by the landmark",
        np.zeros(len(cohort)),
        np.where(started, 0.0, np.inf),
        np.full(len(cohort), np.inf),
        1,
        Grid(day, horizon),
    )
    end = np.minimum(cohort.end_day, horizon)
    kind = np.where(cohort.end_day <= horizon, cohort.event, 0).astype(np.int8)
    cells = make_cells(cohort.end_day[kind > 0], trial.grid, day)
    arms = []
    for arm, member in zip(trial.arms, members, strict=True):
        if not member.any():
            raise DataError(
                f"nobody of '{arm.name}' is alive and followed on day {day:g}",
                problems=[Problem("empty-arm", "the landmark leaves nobody", f"'{arm.name}'")],
            )
        check_support(arm.name, end[member], kind[member], horizon)
        rule = Rule(0, "start" if member is started else "never", 1)
        arms.append(make_arm(arm.name, (rule,), (own,), cells, member, (day, end, kind)))
    landmark = _propensity(tasks.starts[0], members[0] | members[1], started)
    return Comparison(
        arms=(arms[0], arms[1]),
        horizon=horizon,
        persons=len(cohort),
        start=day,
        tasks=replace(tasks, starts=(landmark,)),
        truncate=protocol.weights.truncate,
    )


def _propensity(start: PersonTime, members: np.ndarray, started: np.ndarray) -> PersonTime:
    """Return one interval, in which those at the landmark had started or not."""
    n, fixed = len(members), start.fixed.shape[1]
    return PersonTime(
        fixed=start.fixed,
        moving=np.zeros((n, 1, 0)),
        terms=np.zeros((1, 0)),
        used=np.ones(1, dtype=np.bool_),
        first=np.zeros(n, dtype=np.int64),
        last=np.where(members, 0, -1),
        event=started,
        part=np.ones(n),
        names=start.names[:fixed],
        what="what was done by the landmark",
    )
