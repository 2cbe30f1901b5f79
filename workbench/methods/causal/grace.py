"""Weights of a strategy's rules: the inverse chance of having followed them, day by day.

Within an interval the hazard of a start is taken as constant, so that a weight on any day is exact:
after a part f of an interval with chance p, the chance of no start yet is ``(1 - p) ** f``. With
discrete data (starts before events, events on the last day of an interval) f is 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.intervals import Grid
from workbench.methods.causal.strategies import Rule, StartProcess


@dataclass(frozen=True, eq=False)
class Passed:
    """The hazard of a start that each person has passed by some days."""

    rate: NDArray[np.float64]
    grid: Grid

    @cached_property
    def before(self) -> NDArray[np.float64]:
        """Cumulative hazard before each interval, ``(n, K)``."""
        return np.asarray(np.cumsum(self.rate, axis=1) - self.rate)

    def by(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cumulative hazard by common days, ``(n, m)``."""
        place, share = self._place(days)
        return np.asarray(self.before[:, place] + self.rate[:, place] * share)

    def by_own(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the cumulative hazard by a day of each person, ``(n, 1)``."""
        place, share = self._place(days)
        row = np.arange(len(days))
        return np.asarray(self.before[row, place] + self.rate[row, place] * share)[:, None]

    def _place(self, days: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        place = np.minimum(self.grid.of(days), self.rate.shape[1] - 1)
        return place, self.grid.share(days, place)


def rule_weights(
    rule: Rule,
    process: StartProcess,
    rate: NDArray[np.float64],
    days: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the factor that one rule gives to each person's weight on some days, ``(n, m)``.

    Args:
        rule: ``never``: 1 over the chance of no start so far. ``start``: from the first day on
            which the start is made sure of, the chance to be where one is given a start in time,
            over the chance to be there.
        process: The start that the rule is about.
        rate: Cumulative hazard of it added by each interval, ``(n, K)``.
        days: Days, rising, ``(m,)``.
    """
    grid = process.grid
    passed = Passed(rate[:, : rule.intervals], grid)
    end = grid.edges[rule.intervals]
    now = passed.by(np.minimum(days, end))
    begun: NDArray[np.float64] | float = 0.0
    if process.begin.any():
        begun = passed.by_own(np.minimum(process.begin, end))
    if rule.kind == "never":
        until = (
            now
            if not process.stops
            else np.minimum(now, passed.by_own(np.minimum(process.stop, end)))
        )
        return np.exp(np.maximum(until - begun, 0.0))
    low = np.maximum(begun, passed.by(grid.edges[[rule.forced]]))
    total = passed.by(np.array([end])) - low
    left = total - np.maximum(now - low, 0.0)
    sure = ~(process.day[:, None] <= days)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(sure, -np.expm1(-left), 1.0) / -np.expm1(-total)
    return np.where(_unforced(rule, process)[:, None], 1.0, factor)


def rule_slopes(
    rule: Rule,
    process: StartProcess,
    hazard: NDArray[np.float64],
    days: NDArray[np.float64],
    pulls: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the derivative of an estimate by the log odds of each person's intervals, ``(n, K)``.

    Args:
        rule: The rule.
        process: Its start.
        hazard: Chance in each interval, ``(n, K)``.
        days: Day of each cell, ``(c,)``.
        pulls: Derivative of the estimate by each person's log weight in each cell, ``(n, c)``.
    """
    found, grid = np.zeros_like(hazard), process.grid
    end = grid.edges[rule.intervals]
    if rule.kind == "never":
        for j in range(rule.intervals):
            until = np.minimum(days, process.stop[:, None]) if process.stops else days[None, :]
            part = _between(grid, j, process.begin[:, None], until)
            found[:, j] = (pulls * part).sum(axis=1) * hazard[:, j]
        return found
    passed = Passed(-np.log1p(-hazard[:, : rule.intervals]), grid)
    start = np.maximum(np.minimum(process.begin, end), grid.edges[rule.forced])
    total = passed.by(np.array([end])) - passed.by_own(start)
    left = total - np.maximum(passed.by(np.minimum(days, end)) - passed.by_own(start), 0.0)
    free = _unforced(rule, process)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        waiting = np.where((left > 0) & ~(process.day[:, None] <= days), 1 / np.expm1(left), 0)
        whole = np.where(free, 0.0, 1 / np.expm1(total))
    waiting = np.where(free, 0.0, waiting) * pulls
    whole_pull = (whole * pulls).sum(axis=1)
    for j in range(rule.forced, rule.intervals):
        ahead = _between(grid, j, np.maximum(days, start[:, None]), np.array([[end]]))
        over = _between(grid, j, start[:, None], np.array([[end]]))[:, 0]
        found[:, j] = ((waiting * ahead).sum(axis=1) - whole_pull * over) * hazard[:, j]
    return found


def _unforced(rule: Rule, process: StartProcess) -> NDArray[np.bool_]:
    """Say who needed no forcing: started before it, or never was to start, ``(n,)``."""
    early = process.day <= process.grid.edges[rule.forced] if rule.forced else process.day < 0
    return np.asarray(early | ~np.isfinite(process.begin))


def _between(
    grid: Grid, j: int, low: NDArray[np.float64], high: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the part of interval j that lies between two days."""
    first, last = grid.edges[j], grid.edges[j + 1]
    inside = np.minimum(high, last) - np.maximum(low, first)
    return np.asarray(np.clip(inside / (last - first), 0.0, 1.0))
