"""The estimators of a protocol, laid out once for a cohort and fitted as often as is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal import naive
from workbench.methods.causal.clone_censor_weight import clone_comparison, clone_facts
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.comparison import (
    Comparison,
    ComparisonFit,
    comparison_influence,
    fit_comparison,
)
from workbench.methods.causal.contrast import Contrast
from workbench.methods.causal.landmark import landmark_comparison
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.sequential_trials import (
    SequentialTrials,
    fit_trials,
    sequential_trials,
    trials_influence,
)
from workbench.methods.causal.strategies import Trial
from workbench.methods.causal.weight_models import WeightFits, WeightTasks, fit_weights

Counts = NDArray[np.float64] | None


@dataclass(frozen=True, eq=False)
class Plan:
    """An estimator laid out for a cohort.

    Attributes:
        name: Of the estimator.
        convention: Its choices in words.
        made: One comparison, or trials that are averaged.
        own_starts: Whether it models starts by itself (and drop-out as the others do).
        facts: Counts for the report.
    """

    name: str
    convention: str
    made: Comparison | SequentialTrials
    own_starts: bool
    facts: dict[str, Any]


@dataclass(frozen=True, eq=False)
class PlanFit:
    """A fitted estimator: its weight models, its contrast, and a fit for each comparison in it."""

    fits: WeightFits
    contrast: Contrast
    each: list[ComparisonFit]


def fit_plan(
    plan: Plan, shared: WeightFits, counts: Counts = None, start: PlanFit | None = None
) -> PlanFit:
    """Fit an estimator.

    Args:
        plan: The estimator.
        shared: Fits of the weight models that estimators share.
        counts: Weight of each person.
        start: A fit of nearly the same, to begin at.
    """
    if isinstance(plan.made, SequentialTrials):
        found, each = fit_trials(plan.made, shared, counts)
        return PlanFit(shared, found, each)
    fits = shared
    if plan.own_starts:
        tasks = WeightTasks(plan.made.tasks.starts, None)
        begun = None if start is None else WeightFits(start.fits.starts, None)
        fits = WeightFits(fit_weights(tasks, counts, begun).starts, shared.drop_out)
    one = fit_comparison(plan.made, fits, counts)
    return PlanFit(fits, one.contrast, [one])


def plan_influence(plan: Plan, fit: PlanFit, *, with_ratio: bool = True) -> NDArray[np.float64]:
    """Return each person's pull on both risks, both means and the log hazard ratio, ``(5, n)``.

    Args:
        plan: The estimator.
        fit: Its fit.
        with_ratio: Whether the last row is wanted; else it is NaN.
    """
    if isinstance(plan.made, SequentialTrials):
        return trials_influence(plan.made, fit.contrast, fit.each, with_ratio=with_ratio)
    return comparison_influence(plan.made, fit.each[0], with_ratio=with_ratio)


def make_plan(
    name: str, cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks
) -> Plan:
    """Lay out one of ``naive``, ``landmark``, ``sequential_trials``, ``clone_censor_weight``."""
    return _PLANS[name](cohort, protocol, trial, tasks)


def _naive(cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks) -> Plan:
    made = naive.naive_comparison(cohort, protocol, trial)
    return Plan("naive", naive.CONVENTION, made, False, {})


def _landmark(cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks) -> Plan:
    made = landmark_comparison(cohort, protocol, trial, tasks)
    convention = (
        f"among those alive and followed on day {trial.window:g}; from that day to the horizon; "
        f"weighted by what was done by then, at baseline covariates{_drop_out(tasks)}"
    )
    return Plan("landmark", convention, made, True, {})


def _sequential(cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks) -> Plan:
    made = sequential_trials(cohort, protocol, trial, tasks)
    convention = (
        f"{len(made.trials)} trials, each from the end of its interval of "
        f"{protocol.weights.interval_days} days to the horizon, averaged by their persons; those "
        f"who start later are censored and weighted for{_drop_out(tasks)}"
    )
    sizes = {
        f"day {one.start:g}": int(here.sum())
        for one, here in zip(made.trials, made.members, strict=True)
    }
    return Plan("sequential_trials", convention, made, False, {"trials": sizes})


def _clones(cohort: Cohort, protocol: Protocol, trial: Trial, tasks: WeightTasks) -> Plan:
    made = clone_comparison(cohort, protocol, trial, tasks)
    low, high = protocol.weights.truncate
    cut = "not cut" if (low, high) == (0.0, 1.0) else f"cut at quantiles {low:g} and {high:g}"
    forced = protocol.weights.forced_from.replace("_", " ")
    convention = (
        f"clones from day 0; a start in time is made sure of from the {forced} on; weights by "
        f"pooled logistic models in intervals of {protocol.weights.interval_days} days, "
        f"{cut}{_drop_out(tasks)}"
    )
    counts = {"clones": clone_facts(cohort, trial)}
    return Plan("clone_censor_weight", convention, made, False, counts)


def _drop_out(tasks: WeightTasks) -> str:
    return "" if tasks.drop_out is None else ", and by the inverse chance of not being lost"


_PLANS: dict[str, Callable[[Cohort, Protocol, Trial, WeightTasks], Plan]] = {
    "naive": _naive,
    "landmark": _landmark,
    "sequential_trials": _sequential,
    "clone_censor_weight": _clones,
}
