"""Two weighted arms of one cohort: their weights, curves, and what each person pulls.

All estimators that follow people over time are this with other arms: who is at risk when
(``Stay``), and which rules the weights stand for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.grace import Passed, rule_slopes, rule_weights
from workbench.methods.causal.person_time import PersonTime
from workbench.methods.causal.risk_sets import Cells, Pull, Stay, influence_by_cell, make_stay
from workbench.methods.causal.strategies import Rule, StartProcess
from workbench.methods.causal.weight_models import WeightFits, WeightTasks


@dataclass(frozen=True, eq=False)
class WeightedArm:
    """One arm; arrays are of its members alone.

    Attributes:
        name: Of the strategy.
        rules: Rules whose inverse chance its weights are.
        rows: Number of each member in the cohort, ``(m,)``.
        processes: Starts that the rules are about, of the members.
        stay: When each member is at risk.
    """

    name: str
    rules: tuple[Rule, ...]
    rows: NDArray[np.int64]
    processes: tuple[StartProcess, ...]
    stay: Stay


def make_arm(
    name: str,
    rules: tuple[Rule, ...],
    processes: Sequence[StartProcess],
    cells: Cells,
    member: NDArray[np.bool_],
    follow: tuple[float, NDArray[np.float64], NDArray[np.int8]],
) -> WeightedArm:
    """Return the arm of some persons of a cohort.

    Args:
        name: Of the strategy.
        rules: Its rules.
        processes: Starts of everybody.
        cells: Cells of time.
        member: Who is in it, ``(n,)``.
        follow: Day after which members are at risk; last day at risk, ``(n,)``; what ends it,
            ``(n,)``.
    """
    entry, exit_day, kind = follow
    rows = np.flatnonzero(member)
    stay = make_stay(cells, np.full(len(rows), entry), exit_day[rows], kind[rows])
    return WeightedArm(name, rules, rows, tuple(one.take(rows) for one in processes), stay)


@dataclass(frozen=True, eq=False)
class ArmWeights:
    """Weights of an arm, and which of them were cut.

    Attributes:
        weights: Shape ``(n, c)``.
        free: False where a weight was cut, and so no longer moves with the models, ``(n, c)``;
            None where none was.
    """

    weights: NDArray[np.float64]
    free: NDArray[np.bool_] | None = None


def arm_weights(
    arm: WeightedArm,
    fits: WeightFits,
    truncate: tuple[float, float] = (0.0, 1.0),
    stabilised: NDArray[np.float64] | None = None,
) -> ArmWeights:
    """Return the weight of each member in each cell, ``(m, c)``.

    Args:
        arm: The arm.
        fits: Fitted weight models.
        truncate: Quantiles at which weights are cut: both of the weights of people at risk after
            the window, over persons and cells. Within the window a weight near 0 is right (the
            chance to have waited so long), so that only the upper cut holds there.
        stabilised: Factor of each cell, ``(c,)``.
    """
    cells = arm.stay.cells
    in_window = int((cells.day <= cells.window).sum())
    days = _window_days(cells, in_window)
    factor = np.ones((len(arm.rows), len(days)))
    for rule in arm.rules:
        fit = fits.starts[rule.process]
        rate = _of_rows(fit.rate, arm.rows)
        factor *= rule_weights(rule, arm.processes[rule.process], rate, days)
    weights = np.empty((len(arm.rows), len(cells)))
    weights[:, :in_window], weights[:, in_window:] = factor[:, :in_window], factor[:, -1:]
    if fits.drop_out is not None:
        stayed = _of_rows(fits.drop_out.stayed, arm.rows)
        weights[:, :in_window] *= stayed[:, cells.interval[:in_window]]
        weights[:, in_window:] *= _columns(stayed, cells.interval[in_window:])
    if stabilised is not None:
        weights *= stabilised
    seen = weights[:, in_window:][arm.stay.at_risk[:, in_window:]]
    if truncate == (0.0, 1.0) or not len(seen):
        return ArmWeights(weights)
    low, high = np.quantile(seen, truncate)
    floor = np.where(np.arange(len(cells)) >= in_window, low, 0.0)
    cut = np.clip(weights, floor, high)
    return ArmWeights(cut, cut == weights)


def arm_influence(
    arm: WeightedArm, fits: WeightFits, weights: ArmWeights, pull: Pull, n: int
) -> NDArray[np.float64]:
    """Return how each person pulls an estimate, the fit of the weight models included, ``(n,)``.

    First order: the pull with weights as known, plus, through each weight model, the derivative of
    the estimate by its coefficients times the person's pull on them (information inverse times
    score). The sum of squares is the sandwich variance of the stacked estimating equations of
    person-time models and curve (Stefanski and Boos 2002, Am Stat 56:29). A person's clones count
    as one person, so that both arms are added before squaring.

    Args:
        arm: The arm.
        fits: Fits of the weight models.
        weights: Weights as used.
        pull: Derivatives on each event day.
        n: Persons of the cohort.
    """
    pulls = influence_by_cell(arm.stay, weights.weights, pull)
    found = np.zeros(n)
    found[arm.rows] = pulls.sum(axis=1)
    moves = pulls if weights.free is None else np.where(weights.free, pulls, 0.0)
    cells = arm.stay.cells
    in_window = int((cells.day <= cells.window).sum())
    days = _window_days(cells, in_window)
    folded = np.hstack([moves[:, :in_window], moves[:, in_window:].sum(axis=1, keepdims=True)])
    for rule in arm.rules:
        fit, process = fits.starts[rule.process], arm.processes[rule.process]
        slopes = rule_slopes(rule, process, fit.hazard[arm.rows], days, folded)
        found += fit.pulls @ fit.gradient(slopes, arm.rows)
    if fits.drop_out is not None:
        hazard = fits.drop_out.hazard[arm.rows]
        slopes = _after(moves, cells, hazard.shape[1]) * hazard
        found += fits.drop_out.pulls @ fits.drop_out.gradient(slopes, arm.rows)
    return found


def common_chance(arm: WeightedArm, tasks: WeightTasks) -> NDArray[np.float64]:
    """Return the chance to be still followed given the arm and time alone, ``(c,)``.

    The numerator of stabilised weights. It is the same for all at risk on a day, and so moves no
    curve. A start that is made sure of has none: early and late starters would stand in another
    relation than the strategy has them.
    """
    cells = arm.stay.cells
    found = np.ones(len(cells))
    for rule in arm.rules:
        if rule.kind == "never":
            process, task = arm.processes[rule.process], tasks.starts[rule.process]
            rate = -np.log1p(-_plain_hazard(task))[None, : rule.intervals]
            end = process.grid.edges[rule.intervals]
            found = found * np.exp(-Passed(rate, process.grid).by(np.minimum(cells.day, end))[0])
    if tasks.drop_out is not None:
        rate = -np.log1p(-_plain_hazard(tasks.drop_out))
        found = found * np.exp(-(np.cumsum(rate) - rate))[cells.interval]
    return found


def _plain_hazard(task: PersonTime) -> NDArray[np.float64]:
    """Return the share of persons at risk with the event in each interval, ``(K,)``."""
    events = np.bincount(task.last[task.event], minlength=len(task.terms))
    return np.asarray(np.clip(events / np.maximum(task.at_risk.sum(axis=0), 1), 0.0, 0.999))


def _of_rows(values: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return some rows, without a copy where they are all."""
    return values if len(rows) == len(values) else values[rows]


def _columns(values: NDArray[np.float64], places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return some columns, without a copy where they follow each other."""
    if len(places) and places[-1] - places[0] == len(places) - 1:
        return values[:, places[0] : places[-1] + 1]
    return values[:, places]


def _window_days(cells: Cells, in_window: int) -> NDArray[np.float64]:
    """Return the days at which window weights are needed: each of its cells, and its end."""
    return np.append(cells.day[:in_window], cells.window)


def _after(pulls: NDArray[np.float64], cells: Cells, count: int) -> NDArray[np.float64]:
    """Return the sum of pulls in intervals after each interval, ``(n, K)``."""
    by_interval = np.zeros((len(pulls), count))
    firsts = np.flatnonzero(np.diff(cells.interval, prepend=-1))
    by_interval[:, cells.interval[firsts]] = np.add.reduceat(pulls, firsts, axis=1)
    return np.cumsum(by_interval[:, ::-1], axis=1)[:, ::-1] - by_interval
