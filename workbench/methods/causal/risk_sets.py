"""Weighted numbers at risk and events on each event day, for weights that change with time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.intervals import Grid


@dataclass(frozen=True, eq=False)
class Cells:
    """Stretches of time over which no weight changes.

    Up to ``window`` every event day is a cell of its own, because weights there move from day to
    day; later a cell is an interval of the grid.

    Attributes:
        days: Distinct days with an event of anybody, rising, ``(m,)``.
        first: First event day (its place in ``days``) of each cell, ``(c,)``.
        end: Place after the last one, ``(c,)``.
        interval: Interval of the grid of each cell, ``(c,)``.
        window: Last day of the window.
    """

    days: NDArray[np.float64]
    first: NDArray[np.int64]
    end: NDArray[np.int64]
    interval: NDArray[np.int64]
    window: float

    def __len__(self) -> int:
        return len(self.first)

    @property
    def day(self) -> NDArray[np.float64]:
        """First event day of each cell, ``(c,)``."""
        return self.days[self.first]

    def of_day(self) -> NDArray[np.int64]:
        """Return the cell of each event day, ``(m,)``."""
        return np.repeat(np.arange(len(self)), self.end - self.first)


def make_cells(event_days: NDArray[np.float64], grid: Grid, window: float) -> Cells:
    """Return the cells of the days on which somebody has an event, up to the horizon."""
    days = np.unique(event_days[event_days <= grid.horizon])
    place = grid.of(days)
    key = np.where(days <= window, np.arange(len(days)), len(days) + place)
    first = np.flatnonzero(np.diff(key, prepend=-1))
    return Cells(days, first, np.append(first[1:], len(days)), place[first], window)


@dataclass(frozen=True, eq=False)
class RiskTable:
    """What a weighted arm shows on each event day, each of shape ``(m,)``.

    Attributes:
        at_risk: Weight at risk.
        events: Weight of those with the outcome.
        competing: Weight of those with a competing event.
    """

    at_risk: NDArray[np.float64]
    events: NDArray[np.float64]
    competing: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stay:
    """When each person (as a clone of one arm) is at risk, on the days of some cells.

    One is at risk on days in ``(entry, exit]``: also on the day of leaving.

    Attributes:
        cells: The cells.
        entry: Day after which one is at risk, ``(n,)``; infinite outside of the arm.
        exit: Last day at risk, ``(n,)``.
        low: First event day at risk within each cell, ``(n, c)``.
        high: Place after the last, ``(n, c)``; not above ``low`` where not at risk.
        kind: 1 the outcome on the last day at risk, 2 a competing event, 0 neither, ``(n,)``.
        last: Place of the day of leaving among event days (where ``kind`` is above 0), ``(n,)``.
    """

    cells: Cells
    entry: NDArray[np.float64]
    exit: NDArray[np.float64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    kind: NDArray[np.int8]
    last: NDArray[np.int64]

    @cached_property
    def at_risk(self) -> NDArray[np.bool_]:
        """Whether a person is at risk on some day of a cell, ``(n, c)``."""
        return self.high > self.low

    @cached_property
    def places(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Flat places of people at risk in cells, and their first day and the one after."""
        here = np.flatnonzero(self.at_risk)
        return here, self.low.ravel()[here], self.high.ravel()[here]

    @cached_property
    def ends(self) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Flat places of the last cells of those with each kind of event, and the event's day."""
        cell = self.cells.of_day()
        found = []
        for kind in (1, 2):
            persons = np.flatnonzero(self.kind == kind)
            day = self.last[persons]
            found.append((persons * len(self.cells) + cell[day], day))
        return found

    def table(self, weights: NDArray[np.float64]) -> RiskTable:
        """Return the weighted table, for a weight of each person in each cell, ``(n, c)``."""
        m = len(self.cells.days)
        flat = weights.ravel()
        here, low, high = self.places
        held = flat[here]
        change = np.bincount(low, held, m + 1) - np.bincount(high, held, m + 1)
        events, competing = (
            np.bincount(day, flat[place], m).astype(np.float64) for place, day in self.ends
        )
        return RiskTable(np.cumsum(change)[:m], events, competing)


def make_stay(
    cells: Cells,
    entry: NDArray[np.float64],
    exit_day: NDArray[np.float64],
    kind: NDArray[np.int8],
) -> Stay:
    """Return who is at risk when.

    Args:
        cells: The cells.
        entry: Day after which each person is at risk, ``(n,)``.
        exit_day: Last day at risk, ``(n,)``; not above ``entry`` for people who are not in the arm.
        kind: What ends it, ``(n,)``; counted up to the last event day and only where at risk.
    """
    start = np.searchsorted(cells.days, entry, side="right")
    stop = np.searchsorted(cells.days, exit_day, side="right")
    low = np.minimum(np.maximum(cells.first, start[:, None]), len(cells.days))
    high = np.minimum(cells.end, stop[:, None])
    inside = (exit_day > entry) & (stop > start) & (kind > 0)
    on_day = np.zeros(len(kind), dtype=bool)
    on_day[inside] = cells.days[stop[inside] - 1] == exit_day[inside]
    seen = np.where(inside & on_day, kind, 0).astype(np.int8)
    return Stay(cells, entry, exit_day, low, high, seen, stop - 1)


@dataclass(frozen=True, eq=False)
class Pull:
    """Derivative of an estimate by a weight of 1 more on each event day, each of shape ``(m,)``.

    Attributes:
        event: Of somebody with the outcome.
        competing: Of somebody with a competing event.
        at_risk: Of somebody at risk (taken off for each day at risk).
    """

    event: NDArray[np.float64]
    competing: NDArray[np.float64]
    at_risk: NDArray[np.float64]


def hazard_pull(table: RiskTable, one: NDArray[np.float64], other: NDArray[np.float64]) -> Pull:
    """Return the pull of an estimate that depends on the daily hazards of a table.

    Args:
        table: The table.
        one: Derivative by the hazard of the outcome on each day, ``(m,)``.
        other: Derivative by the hazard of the competing event.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(table.at_risk > 0, 1.0 / table.at_risk, 0.0)
    expected = (one * table.events + other * table.competing) * share * share
    return Pull(one * share, other * share, expected)


def influence_by_cell(stay: Stay, weights: NDArray[np.float64], pull: Pull) -> NDArray[np.float64]:
    """Return how each person pulls an estimate in each cell, with weights as known, ``(n, c)``.

    It is also the derivative of the estimate by the logarithm of each weight.

    Args:
        stay: Who is at risk when.
        weights: Shape ``(n, c)``.
        pull: Derivatives on each event day.
    """
    before = np.append(0.0, np.cumsum(pull.at_risk))
    flat, found = weights.ravel(), np.zeros(weights.size)
    here, low, high = stay.places
    found[here] = flat[here] * (before[low] - before[high])
    for (place, day), slope in zip(stay.ends, (pull.event, pull.competing), strict=True):
        found[place] += flat[place] * slope[day]
    return found.reshape(weights.shape)
