"""Emulates a target trial: every estimator of a protocol on one cohort, side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.contrast import Contrast, influence_estimates, with_resamples
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.person_bootstrap import draws, no_centre, resampled
from workbench.methods.causal.plans import Plan, PlanFit, fit_plan, make_plan, plan_influence
from workbench.methods.causal.point_treatment import (
    POINT_ESTIMATORS,
    point_resamples,
    point_treatment,
)
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.sequential_trials import SequentialTrials
from workbench.methods.causal.shown import curve_rows, final_weights, weight_facts
from workbench.methods.causal.strategies import Trial, make_trial
from workbench.methods.causal.weight_models import (
    WeightFits,
    adjusted_columns,
    fit_weights,
    weight_tasks,
)
from workbench.metrics.one_thread import one_blas_thread

# Beyond this share of persons without a real choice there is nothing to compare.
_MOST_WITHOUT_CHOICE = 0.5


@one_blas_thread()
def emulate(cohort: Cohort, protocol: Protocol) -> dict[str, Emulated]:
    """Run every estimator of a protocol, the naive one always beside them.

    An alternative that cannot answer says why (``facts["refused"]``) while the others go on.

    Args:
        cohort: Eligible persons, from day 0.
        protocol: The target trial.

    Returns:
        By name of estimator, the main one first.

    Raises:
        DataError: The main estimator, or the models that all share, cannot answer. What is wrong
            with the cohort (:meth:`Cohort.check`); ``empty-arm``;
            ``no-start-in-time``; ``separation`` and other faults of weight models; ``no-overlap``;
            ``horizon-beyond-follow-up``; ``no-event``; ``competing-not-named``;
            ``bootstrap-failed``.
        UsageError: ``unknown-covariate``.
    """
    cohort.check()
    _check_events(cohort, protocol)
    trial = make_trial(cohort, protocol)
    tasks = weight_tasks(cohort, protocol, trial)
    shared = fit_weights(tasks)
    without = check_overlap(trial, shared, protocol.checks.positivity_eps)
    found: dict[str, Emulated] = {}
    plans: dict[str, tuple[Plan, PlanFit]] = {}
    for name in protocol.estimators:
        try:
            if name in POINT_ESTIMATORS:
                found[name] = point_treatment(name, cohort, protocol, trial)
                continue
            plan = make_plan(name, cohort, protocol, trial, tasks)
            plans[name] = plan, fit_plan(plan, shared)
            found[name] = _emulated(*plans[name], cohort, protocol, trial, without)
        except DataError as error:
            found[name] = _refused(name, protocol, error)
    if protocol.uncertainty.bootstrap:
        drawn = draws(cohort, protocol.uncertainty)
        each = resampled(tasks, shared, list(plans.values()), drawn)
        contrasts = dict(zip(plans, each, strict=True))
        for own in POINT_ESTIMATORS.keys() & found.keys():
            if found[own].estimates:
                contrasts[own] = point_resamples(own, cohort, protocol, trial, drawn)
        for own, one in contrasts.items():
            if isinstance(one, DataError):
                found[own] = _refused(own, protocol, one)
            else:
                found[own] = _resampled(found[own], *one, protocol)
    return found


def _refused(name: str, protocol: Protocol, error: DataError) -> Emulated:
    """Return why an estimator cannot answer; without the main one there is no answer at all."""
    if name == protocol.assignment.method:
        raise error
    return Emulated.refused(error)


def check_overlap(trial: Trial, fits: WeightFits, epsilon: float) -> float:
    """Return the share of persons who had no real choice: a chance to start in time near 0 or 1.

    Args:
        trial: The strategies.
        fits: The fitted weight models.
        epsilon: How near.

    Raises:
        DataError: ``no-overlap``: more than half had none, so that strategies compare different
            people.
    """
    stays = np.prod(1.0 - fits.starts[0].hazard, axis=1)
    without = float(((stays < epsilon) | (stays > 1.0 - epsilon)).mean())
    if without > _MOST_WITHOUT_CHOICE:
        raise DataError(
            "the strategies have hardly anybody in common: no effect can be estimated",
            problems=[
                Problem(
                    "no-overlap",
                    f"{without:.0%} of persons have a chance to start in time below {epsilon:g} "
                    f"or above {1 - epsilon:g}",
                    trial.processes[0].name,
                    "narrow the eligibility to people who could get either strategy",
                )
            ],
        )
    return without


def _check_events(cohort: Cohort, protocol: Protocol) -> None:
    """Refuse a cohort without outcome by the horizon, or with events that nobody named."""
    horizon = protocol.outcome.horizon_days
    if not ((cohort.event == 1) & (cohort.end_day <= horizon)).any():
        raise DataError(
            f"nobody has the outcome by day {horizon}",
            problems=[Problem("no-event", f"0 of {len(cohort)} persons", "outcome.horizon_days")],
            remedy="choose a later horizon, or an outcome that happens",
        )
    count = int((cohort.event == 2).sum())
    if count and protocol.outcome.competing is None:
        raise DataError(
            f"{count} persons have a competing event that the protocol does not name",
            problems=[Problem("competing-not-named", "event 2 in the cohort", "outcome.competing")],
            remedy="name it in outcome.competing, or make it part of the outcome",
        )


def _emulated(
    plan: Plan, fit: PlanFit, cohort: Cohort, protocol: Protocol, trial: Trial, without: float
) -> Emulated:
    """Return an estimator's estimates, curves, weights and facts."""
    made = plan.made
    compared = list(made.trials) if isinstance(made, SequentialTrials) else [made]
    shares = made.shares() if isinstance(made, SequentialTrials) else np.ones(1)
    level = protocol.uncertainty.level
    day = max(trial.window, compared[0].start)
    adjusted = adjusted_columns(cohort, protocol.adjust.baseline)[1][1:]
    facts: dict[str, Any] = {**plan.facts, "beyond_positivity": without}
    facts |= weight_facts(compared, fit.each, shares, cohort.baseline[adjusted], day)
    shared = {
        "estimator": plan.name,
        "level": level,
        "horizon_days": trial.grid.horizon,
        "population": "all",
        "convention": plan.convention,
        "facts": {"ess": facts["ess"]},
    }
    pulls = plan_influence(plan, fit, with_ratio="hazard_ratio" in protocol.estimand_names)
    estimates = influence_estimates(
        fit.contrast, _by_unit(pulls, cohort, protocol), protocol.estimand_names, shared
    )
    return Emulated(
        [replace(one, n=len(cohort)) for one in estimates],
        curve_rows(compared, fit.each, shares, trial.grid.edges, level),
        final_weights(compared, fit.each, cohort, day),
        facts,
    )


def _by_unit(pulls: NDArray[np.float64], cohort: Cohort, protocol: Protocol) -> NDArray[np.float64]:
    """Return pulls of the units that were drawn: persons, or centres as wholes."""
    if protocol.uncertainty.unit == "person":
        return pulls
    if cohort.centre is None:
        raise no_centre()
    names, code = np.unique(cohort.centre, return_inverse=True)
    summed = np.zeros((len(pulls), len(names)))
    np.add.at(summed.T, code, pulls.T)
    return summed


def _resampled(one: Emulated, drawn: Contrast, failed: int, protocol: Protocol) -> Emulated:
    """Return a result with the intervals of the bootstrap."""
    how = protocol.uncertainty
    facts = {**one.facts, "bootstrap": {"failed": failed, "seed": how.seed, "unit": how.unit}}
    return replace(one, estimates=with_resamples(one.estimates, drawn, how.unit), facts=facts)
