"""Strategies as rules on starts, and the day on which each person has left a strategy.

Policy, where the order of a day matters:

* Everybody follows every strategy from day 0 on, until something rules it out. A death in the grace
  period before any start is a death under both strategies.
* A strategy with a start is left at the end of the last day of its grace period, a strategy without
  one on the day of the start. Whoever has an event on the day of leaving has it under the strategy.
* A start on the last day of the grace period is in time.
* Of chemotherapy and surgery on the same day, surgery counts as the first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.intervals import Grid
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.protocol_parts import Strategy

Days = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class StartProcess:
    """A start that may happen once, and who is at risk of it.

    Attributes:
        name: Such as ``treatment`` or ``surgery``.
        begin: Day from which it may happen, ``(n,)``; infinite where never.
        day: Day it happened, infinite where it did not, ``(n,)``.
        stop: Day on which something else ruled it out, infinite where nothing did, ``(n,)``.
        intervals: Number of intervals of its window.
        grid: The intervals.
    """

    name: str
    begin: Days
    day: Days
    stop: Days
    intervals: int
    grid: Grid

    def take(self, rows: NDArray[np.int64]) -> StartProcess:
        """Return the start of some persons."""
        return replace(self, begin=self.begin[rows], day=self.day[rows], stop=self.stop[rows])

    @property
    def stops(self) -> bool:
        """Whether anything rules the start out for anybody."""
        return bool(np.isfinite(self.stop).any())


@dataclass(frozen=True)
class Rule:
    """What a strategy asks of one start.

    Attributes:
        process: Number of the start.
        kind: ``start``: happens by the end of the window; ``never``: does not happen in it.
        intervals: Number of intervals of the window.
        forced: First interval in which the start is made sure of (``start`` only).
    """

    process: int
    kind: Literal["start", "never"]
    intervals: int
    forced: int = 0


@dataclass(frozen=True, eq=False)
class Arm:
    """One strategy in a cohort.

    Attributes:
        name: Of the strategy.
        rules: What it asks.
        left: Day on which each person has left it, infinite where never, ``(n,)``.
    """

    name: str
    rules: tuple[Rule, ...]
    left: Days


@dataclass(frozen=True, eq=False)
class Trial:
    """Both strategies and the starts they are about."""

    processes: tuple[StartProcess, ...]
    arms: tuple[Arm, Arm]
    grid: Grid
    window: float


def make_trial(cohort: Cohort, protocol: Protocol) -> Trial:
    """Return both strategies of a protocol in a cohort.

    Raises:
        DataError: ``no-surgery-day``: the protocol needs it and the cohort has none; ``empty-arm``:
            nobody follows one of the strategies through its window.
    """
    grid = Grid(float(protocol.weights.interval_days), float(protocol.outcome.horizon_days))
    treated = _or_never(cohort.treated_day)
    both = protocol.strategies.values()
    if any(one.start == "surgery" for one in both):
        if cohort.surgery_day is None:
            raise DataError(
                "the protocol asks for surgery, and the cohort has no day of surgery",
                problems=[Problem("no-surgery-day", "surgery_day is missing", "cohort")],
            )
        processes, made = _two_starts(protocol, treated, _or_never(cohort.surgery_day), grid)
    else:
        processes, made = _one_start(protocol, treated, grid)
    by_name = {arm.name: arm for arm in made}
    arms = (by_name[protocol.names[0]], by_name[protocol.names[1]])
    trial = Trial(processes, arms, grid, float(protocol.window_days))
    _check_arms(trial, cohort)
    return trial


def _one_start(
    protocol: Protocol, treated: Days, grid: Grid
) -> tuple[tuple[StartProcess, ...], list[Arm]]:
    """Return the arms of "start in time" against "no start in that time"."""
    count = _intervals(protocol.window_days, grid)
    never = np.full(len(treated), np.inf)
    process = StartProcess("treatment", np.zeros(len(treated)), treated, never, count, grid)
    end = float(protocol.window_days)
    arms = []
    for name, strategy in protocol.strategies.items():
        if strategy.start:
            rule = Rule(0, "start", count, _forced(protocol, count))
            arms.append(Arm(name, (rule,), np.where(treated <= end, np.inf, end)))
        else:
            left = np.where(treated <= end, treated, np.inf)
            arms.append(Arm(name, (Rule(0, "never", count),), left))
    return (process,), arms


def _two_starts(
    protocol: Protocol, treated: Days, surgery: Days, grid: Grid
) -> tuple[tuple[StartProcess, ...], list[Arm]]:
    """Return the arms of "treatment first (then surgery)" against "surgery first"."""
    named = protocol.strategies
    first = next(name for name, one in named.items() if one.start != "surgery")
    other = next(name for name, one in named.items() if one.start == "surgery")
    window = _intervals(max(int(one.grace_days or 0) for one in named.values()), grid)
    treated_first = treated < surgery
    zero, never = np.zeros(len(treated)), np.full(len(treated), np.inf)
    processes = [
        StartProcess("treatment first", zero, np.where(treated_first, treated, np.inf),
                     np.where(treated_first, np.inf, surgery), window, grid),
        StartProcess("surgery first", zero, np.where(treated_first, np.inf, surgery),
                     np.where(treated_first, treated, np.inf), window, grid),
    ]  # fmt: skip
    arms = [
        _first_arm(protocol, first, 0, processes, grid),
        _first_arm(protocol, other, 1, processes, grid),
    ]
    strategy: Strategy = named[first]
    if strategy.then_within_days:
        end = float(strategy.then_within_days)
        count = _intervals(int(end), grid)
        begin = np.where(treated_first, treated, np.inf)
        processes.append(StartProcess("surgery after", begin, surgery, never, count, grid))
        rule = Rule(2, "start", count, _forced(protocol, count))
        late = np.where(surgery > end, end, np.inf)
        arms[0] = replace(
            arms[0], rules=(*arms[0].rules, rule), left=np.minimum(arms[0].left, late)
        )
    return tuple(processes), arms


def _first_arm(
    protocol: Protocol, name: str, own: int, processes: list[StartProcess], grid: Grid
) -> Arm:
    """Return the arm whose own start must be the first of the two, in time."""
    end = float(protocol.strategies[name].grace_days or 0)
    count = _intervals(int(end), grid)
    rules = (Rule(own, "start", count, _forced(protocol, count)), Rule(1 - own, "never", count))
    other = processes[1 - own].day
    left = np.where(processes[own].day <= end, np.inf, np.minimum(other, end))
    return Arm(name, rules, left)


def _intervals(days: int, grid: Grid) -> int:
    return int(np.searchsorted(grid.edges, days))


def _forced(protocol: Protocol, count: int) -> int:
    return count - 1 if protocol.weights.forced_from == "last_interval" else 0


def _or_never(days: Days) -> Days:
    return np.where(np.isnan(days), np.inf, days)


def _check_arms(trial: Trial, cohort: Cohort) -> None:
    """Refuse a trial in which nobody follows a strategy through its window."""
    problems = [
        Problem(
            "empty-arm",
            f"nobody of {len(cohort)} persons follows '{arm.name}' until day {trial.window:g}",
            f"strategy '{arm.name}'",
            "look at the days of starts, or widen the grace period",
        )
        for arm in trial.arms
        if not (np.isinf(arm.left) & (cohort.end_day >= trial.window)).any()
    ]
    if problems:
        raise DataError("a strategy has nobody who follows it", problems=problems)
