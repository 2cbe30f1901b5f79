"""The models behind the weights: when treatment starts, and who is lost to follow-up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.intervals import Grid, time_terms
from workbench.methods.causal.moving import moving_columns
from workbench.methods.causal.person_time import HazardFit, PersonTime, fit_hazard
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.strategies import Rule, StartProcess, Trial


@dataclass(frozen=True, eq=False)
class WeightTasks:
    """Person-time of every start, and of drop-out (None where nobody is lost or none is asked)."""

    starts: tuple[PersonTime, ...]
    drop_out: PersonTime | None


@dataclass(frozen=True, eq=False)
class WeightFits:
    """The fitted models, in the same order."""

    starts: tuple[HazardFit, ...]
    drop_out: HazardFit | None


def weight_tasks(cohort: Cohort, protocol: Protocol, trial: Trial) -> WeightTasks:
    """Lay out the person-time of the weight models.

    Raises:
        UsageError: The protocol adjusts for a covariate that the cohort lacks.
        DataError: ``no-start-in-time``: nobody starts in an interval in which a start is forced.
    """
    fixed, names = adjusted_columns(cohort, protocol.adjust.baseline)
    how = protocol.weights.time_terms
    moving, moving_names = moving_columns(cohort, protocol.adjust.time_varying, trial.grid)
    starts = []
    for number, process in enumerate(trial.processes):
        task = _start_task(process, cohort, trial.grid, how, (fixed, moving))
        starts.append(_named(task, names, moving_names))
        for arm in trial.arms:
            _check_forced(task, process, [rule for rule in arm.rules if rule.process == number])
    drop_out = None
    lost = (cohort.event == 0) & ~cohort.administrative & (cohort.end_day <= trial.grid.horizon)
    if protocol.weights.drop_out and lost.any():
        states = [trial.processes[0].day]
        states += [] if cohort.surgery_day is None else [cohort.surgery_day]
        under = np.stack([_by_middle(day, trial.grid) for day in states], axis=2)
        both = np.concatenate([under, moving], axis=2)
        drop_out = _drop_out_task(cohort, trial.grid, how, (fixed, both), lost)
        state_names = ["treated", "operated"][: len(states)]
        drop_out = _named(drop_out, names, state_names + moving_names)
    return WeightTasks(tuple(starts), drop_out)


def fit_weights(
    tasks: WeightTasks,
    counts: NDArray[np.float64] | None = None,
    start: WeightFits | None = None,
) -> WeightFits:
    """Fit every weight model, with a weight for each person and from earlier fits where given."""
    begun = [None] * len(tasks.starts) if start is None else list(start.starts)
    starts = tuple(
        fit_hazard(task, counts, None if fit is None else fit.coefficients)
        for task, fit in zip(tasks.starts, begun, strict=True)
    )
    if tasks.drop_out is None:
        return WeightFits(starts, None)
    known = None if start is None or start.drop_out is None else start.drop_out.coefficients
    return WeightFits(starts, fit_hazard(tasks.drop_out, counts, known))


def adjusted_columns(
    cohort: Cohort, wanted: Sequence[str] | str
) -> tuple[NDArray[np.float64], list[str]]:
    """Return the baseline covariates asked for, with a column of ones, standardised, ``(n, p)``.

    A name stands for the column of that name and for its dummies or units, ``name=level`` and
    ``name_level``; ``all`` for all.

    Raises:
        UsageError: A name fits no column.
    """
    known = [str(column) for column in cohort.baseline.columns]
    if wanted == "all":
        chosen = known
    else:
        missing = [name for name in wanted if not any(_is_of(column, name) for column in known)]
        if missing:
            stems = sorted({column.partition("=")[0] for column in known})
            problems = [
                Problem(
                    "unknown-covariate",
                    f"the cohort has no covariate '{name}'",
                    "adjust.baseline",
                    did_you_mean(name, stems) or f"known: {', '.join(stems)}",
                )
                for name in missing
            ]
            raise UsageError("the protocol adjusts for what is not there", problems=problems)
        chosen = [column for column in known if any(_is_of(column, name) for name in wanted)]
    values = cohort.covariates[:, [known.index(column) for column in chosen]]
    spread = values.std(axis=0)
    centred = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.hstack([np.ones((len(cohort), 1)), centred]), ["intercept", *chosen]


def _is_of(column: str, name: str) -> bool:
    return column == name or column.startswith((f"{name}=", f"{name}_"))


def _start_task(
    process: StartProcess,
    cohort: Cohort,
    grid: Grid,
    how: str,
    columns: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> PersonTime:
    """Return the person-time at risk of a start, within its window and follow-up."""
    count = process.intervals
    until = np.minimum(np.minimum(process.stop, cohort.end_day), grid.edges[count])
    event = (process.day <= until) & np.isfinite(process.begin)
    end = np.where(event, process.day, until)
    able = np.isfinite(process.begin) & (process.begin <= until)
    last = np.where(able, grid.of(end), -1)
    first = np.where(able, grid.of(np.where(able, process.begin, 0.0)), 0)
    part = np.where(event, 1.0, grid.share(end, np.maximum(last, 0)))
    terms, names, used = time_terms(count, last[event], how)
    fixed, moving = columns
    what = f"the start ({process.name})"
    return PersonTime(fixed, moving[:, :count], terms, used, first, last, event, part, names, what)


def _drop_out_task(
    cohort: Cohort,
    grid: Grid,
    how: str,
    columns: tuple[NDArray[np.float64], NDArray[np.float64]],
    lost: NDArray[np.bool_],
) -> PersonTime:
    """Return the person-time at risk of being lost, up to the horizon."""
    end = np.minimum(cohort.end_day, grid.horizon)
    last = grid.of(end)
    part = np.where(lost, 1.0, grid.share(end, last))
    terms, names, used = time_terms(len(grid), last[lost], how)
    first = np.zeros(len(end), dtype=np.int64)
    fixed, moving = columns
    what = "loss to follow-up"
    return PersonTime(fixed, moving, terms, used, first, last, lost, part, names, what)


def _named(task: PersonTime, fixed: list[str], moving: list[str]) -> PersonTime:
    task.names[:0] = [*fixed, *moving]
    return task


def _by_middle(day: NDArray[np.float64], grid: Grid) -> NDArray[np.float64]:
    """Say in which intervals a start lies before the middle, ``(n, K)``."""
    middle = (grid.edges[:-1] + grid.edges[1:]) / 2.0
    return (day[:, None] <= middle).astype(np.float64)


def _check_forced(task: PersonTime, process: StartProcess, rules: list[Rule]) -> None:
    """Refuse to force a start in an interval in which nobody is seen to start."""
    for rule in rules:
        if rule.kind == "start":
            inside = (task.last >= rule.forced) & (task.last < rule.intervals) & task.event
            if not inside.any():
                raise DataError(
                    f"nobody starts ('{process.name}') in the last interval of the grace period",
                    problems=[
                        Problem(
                            "no-start-in-time",
                            f"no start in intervals {rule.forced + 1} to {rule.intervals}",
                            process.name,
                            "shorten the grace period, widen interval_days, or set forced_from: "
                            "time_zero",
                        )
                    ],
                )
