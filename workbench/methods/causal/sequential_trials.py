"""Sequential trials: one for each interval of the grace period, averaged.

In trial m take part all who had not started by the interval's beginning and are alive and followed
at its end: those who started in it against those who did not, who are censored when they start
later (Hernan et al. 2008, Epidemiology 19:766; Danaei et al. 2013, Stat Methods Med Res 22:70).
Each trial begins at the end of its interval, so that nobody is immortal, and reads the risk on the
same day counted from time zero. The average weighs trials by the number of persons in them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.comparison import (
    Comparison,
    ComparisonFit,
    comparison_influence,
    fit_comparison,
)
from workbench.methods.causal.contrast import Contrast
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.risk_sets import make_cells
from workbench.methods.causal.strategies import Rule, Trial
from workbench.methods.causal.weight_models import WeightFits, WeightTasks
from workbench.methods.causal.weighted_arms import make_arm


@dataclass(frozen=True, eq=False)
class SequentialTrials:
    """The trials of a cohort.

    Attributes:
        trials: One for each interval in which somebody starts.
        members: Who takes part in each, ``(trials, n)``.
    """

    trials: tuple[Comparison, ...]
    members: NDArray[np.bool_]

    def shares(self, counts: NDArray[np.float64] | None = None) -> NDArray[np.float64]:
        """Return each trial's part in the average, by its persons."""
        sizes = self.members.sum(axis=1) if counts is None else self.members @ counts
        return np.asarray(sizes / sizes.sum())


def sequential_trials(
    cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks
) -> SequentialTrials:
    """Lay out the trials.

    Raises:
        DataError: ``one-start-only``: the protocol has two treatments that start, which this
            estimator does not know; ``empty-arm``: no interval has persons in both arms.
    """
    if len(trial.processes) > 1:
        raise DataError(
            "sequential trials compare a start with no start",
            problems=[Problem("one-start-only", "both strategies start a treatment", "strategies")],
            remedy="leave sequential_trials out of the protocol's assignment",
        )
    process, horizon = trial.processes[0], trial.grid.horizon
    end = np.minimum(cohort.end_day, horizon)
    kind = np.where(cohort.end_day <= horizon, cohort.event, 0).astype(np.int8)
    cells = make_cells(cohort.end_day[kind > 0], trial.grid, trial.window)
    found, members = [], []
    for m in range(process.intervals):
        begin, entry = trial.grid.edges[m], trial.grid.edges[m + 1]
        eligible = (process.day > begin if m else process.day >= 0) & (cohort.end_day > entry)
        starts = eligible & (process.day <= entry)
        waits = eligible & ~starts
        if not (end[starts] >= horizon).any() or not (end[waits] >= horizon).any():
            continue
        left = np.where(process.day <= trial.window, process.day, np.inf)
        own = replace(process, begin=np.full(len(cohort), begin))
        arms = {}
        for arm in trial.arms:
            first = arm.rules[0].kind == "start"
            rule = Rule(0, "start", m + 1, m) if first else Rule(0, "never", process.intervals)
            leaves = end if first else np.minimum(end, left)
            ends = np.where(leaves < end, 0, kind).astype(np.int8)
            who = starts if first else waits
            follow = (entry, leaves, ends)
            arms[arm.name] = make_arm(arm.name, (rule,), (own,), cells, who, follow)
        pair = (arms[trial.arms[0].name], arms[trial.arms[1].name])
        found.append(
            Comparison(pair, horizon, len(cohort), entry, tasks, protocol.weights.truncate)
        )
        members.append(eligible)
    if not found:
        raise DataError(
            "no interval of the grace period has persons in both arms up to the horizon",
            problems=[Problem("empty-arm", "no trial can be made", "sequential_trials")],
        )
    return SequentialTrials(tuple(found), np.array(members))


def fit_trials(
    made: SequentialTrials, fits: WeightFits, counts: NDArray[np.float64] | None = None
) -> tuple[Contrast, list[ComparisonFit]]:
    """Return the average contrast and each trial's fit."""
    each = [fit_comparison(trial, fits, counts) for trial in made.trials]
    share = made.shares(counts)
    found = Contrast(
        np.einsum("t,ta->a", share, np.array([fit.contrast.risks for fit in each])),
        np.einsum("t,ta->a", share, np.array([fit.contrast.means for fit in each])),
        np.asarray(share @ np.array([float(fit.contrast.log_hazard_ratio) for fit in each])),
    )
    return found, each


def trials_influence(
    made: SequentialTrials,
    found: Contrast,
    each: list[ComparisonFit],
    *,
    with_ratio: bool = True,
) -> NDArray[np.float64]:
    """Return each person's pull on the average, its part in each trial's size included, (5, n)."""
    share, total = made.shares(), float(made.members.sum())
    average = _numbers(found)
    pulls = np.zeros((5, made.members.shape[1]))
    for trial, fit, part, here in zip(made.trials, each, share, made.members, strict=True):
        pulls += part * comparison_influence(trial, fit, with_ratio=with_ratio)
        pulls += np.outer(_numbers(fit.contrast) - average, here) / total
    return pulls


def _numbers(one: Contrast) -> NDArray[np.float64]:
    return np.append(np.append(one.risks, one.means), one.log_hazard_ratio)
