"""The attacker: what a reader can say about each hidden cell from all that is published.

The least and the largest whole number a hidden cell may be, over all tables that agree with every
published number and every relation. By linear programming first, then by integer programming, which
a reader can do as well and which gives narrower bounds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.disclosure.system import Floats, System, solve


@dataclass(frozen=True, eq=False)
class Known:
    """What an attacker starts from.

    Attributes:
        system: Relations between all cells.
        low: Least each cell may be, not below 0; a published one is its number, ``(n,)``.
        high: Largest each cell may be, ``(n,)``.
        near: One table that agrees with everything, such as the true one; bounds do not depend on
            it, ``(n,)``.
    """

    system: System
    low: Floats
    high: Floats
    near: Floats

    @cached_property
    def free(self) -> NDArray[np.bool_]:
        """Whether a cell is not known exactly."""
        return np.asarray(self.low < self.high)

    @cached_property
    def binding(self) -> System:
        """The relations that say more than the ends of their cells do."""
        return self.system.binding(self.low, self.high)

    @cached_property
    def group(self) -> NDArray[np.int64]:
        """Number of the group each free cell is tied up with; -1 for the others."""
        return self.binding.components(self.free)


@dataclass(frozen=True)
class Reach:
    """How far one cell can go.

    Attributes:
        low: Its least value.
        high: Its largest value.
        moved: Cells that differ from the table started from in one of the two tables that show it.
        tied: Cells the two tables tell of, ``(t,)``.
        least: The smaller value of each of them in the two tables, ``(t,)``.
        most: The larger one.
    """

    low: float
    high: float
    moved: frozenset[int]
    tied: NDArray[np.int64]
    least: Floats
    most: Floats

    @property
    def whole(self) -> bool:
        """Whether both tables are of whole numbers: then no whole table goes farther."""
        ends = np.concatenate([self.least, self.most])
        return bool(np.abs(ends - np.round(ends)).max(initial=0.0) <= 1e-6)


def reach(known: Known, cell: int, *, enough: float = np.inf, whole: bool = True) -> Reach:
    """Return the least and the largest value of a cell, over all tables that agree.

    Args:
        known: What the attacker starts from.
        cell: Its place.
        enough: The search for the largest value ends this far above the least one.
        whole: Whether the attacker uses that persons are whole (integer programming), or only adds
            and subtracts (linear programming).

    Raises:
        DataError: ``contradiction``: no table agrees.
    """
    low, high = float(known.low[cell]), float(known.high[cell])
    tied = np.flatnonzero(known.group == known.group[cell])
    rows = known.binding.about(tied, known.near) if known.free[cell] else None
    here = known.near[tied]
    if rows is None:
        return Reach(low, high, frozenset([cell]), tied[:0], here[:0], here[:0])
    moved: set[int] = set()
    least, most = here.copy(), here.copy()
    first, last = known.low[tied] - known.near[tied], known.high[tied] - known.near[tied]
    at = tied == cell
    for sign in (1.0, -1.0):
        point, endless = solve(np.where(at, sign, 0.0), [rows], first, last, whole)
        if point is None and not endless:
            raise DataError("no table agrees with what is published [contradiction]")
        if point is not None:
            end = float(known.near[cell] + point[at][0])
            end = round(end) if whole else end
            moved |= set(tied[np.abs(point) > 1e-6].tolist())
            there = here + (np.round(point) if whole else point)
            least, most = np.minimum(least, there), np.maximum(most, there)
            low, high = (end, high) if sign > 0 else (low, end)
        last = np.where(at, np.minimum(last, low + enough - known.near[cell]), last)
        last = np.maximum(last, 0.0)
    return Reach(low, high, frozenset(moved), tied, least, most)


def bounds(known: Known, cells: NDArray[np.int64], *, whole: bool = True) -> tuple[Floats, Floats]:
    """Return the least and the largest value of some cells; infinite where there is no bound.

    Args:
        known: What the attacker starts from.
        cells: Places of the cells.
        whole: As for :func:`reach`.
    """
    found = [reach(known, int(cell), whole=whole) for cell in cells]
    ends = np.array([(one.low, one.high) for one in found], dtype=np.float64).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]


def both_bounds(
    known: Known, cells: NDArray[np.int64]
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return the bounds by linear and by integer programming.

    Where the tables of the first are whole, the second finds nothing else and is not asked.
    """
    linear = [reach(known, int(cell), whole=False) for cell in cells]
    whole = [
        one if one.whole else reach(known, int(cell))
        for one, cell in zip(linear, cells, strict=True)
    ]
    by_line, by_whole = (
        np.array([(one.low, one.high) for one in found], dtype=np.float64).reshape(-1, 2)
        for found in (linear, whole)
    )
    by_whole = np.where(np.isfinite(by_whole), np.round(by_whole), by_whole)
    return (by_line[:, 0], by_line[:, 1]), (by_whole[:, 0], by_whole[:, 1])


def agreeing(system: System, low: Floats, high: Floats) -> Floats:
    """Return one table of whole numbers that agrees with what is known.

    Raises:
        DataError: ``contradiction``: there is none.
    """
    start = np.where(np.isfinite(low), low, np.minimum(high, 0.0))
    group = system.components(np.asarray(low < high))
    fixed = np.where(low < high, 0.0, start)
    near = _all_at_once(system, low, high, fixed)
    broken = np.asarray(abs(system.matrix[_broken(system, near)]).sum(axis=0)).ravel() > 0
    for one in np.unique(group[broken & (group >= 0)]).tolist():
        tied = np.flatnonzero(group == one)
        rows = system.about(tied, fixed)
        if rows is not None:
            point, _ = solve(np.zeros(len(tied)), [rows], low[tied], high[tied], True)
            if point is None:
                raise DataError("no table agrees with what is published [contradiction]")
            near[tied] = np.round(point)
    if len(_broken(system, near)):
        raise DataError("no table agrees with what is published [contradiction]")
    return near


def _all_at_once(system: System, low: Floats, high: Floats, fixed: Floats) -> Floats:
    """Return a table of whole numbers that agrees but for the sums whose point is not whole."""
    near, free = fixed.copy(), np.flatnonzero(low < high)
    near[free] = np.where(np.isfinite(low), low, np.minimum(high, 0.0))[free]
    rows = system.about(free, fixed) if len(free) else None
    if rows is not None:
        point, _ = solve(np.zeros(len(free)), [rows], low[free], high[free], False)
        near[free] = near[free] if point is None else np.round(point)
    return near


def _broken(system: System, cells: Floats) -> NDArray[np.int64]:
    """Return the rows that a table breaks."""
    rest = system.matrix @ cells
    return np.flatnonzero((rest > 1e-6) | (rest < system.low - 1e-6))
