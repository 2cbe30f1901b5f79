"""The attacker: what a reader can say about each hidden cell from all that is published.

The least and the largest whole number a hidden cell may be, over all tables that agree with every
published number and every relation. By linear programming first, then by integer programming, which
a reader can do as well and which gives narrower bounds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.disclosure.system import Floats, System, solve


@dataclass(frozen=True, eq=False)
class Known:
    """What an attacker starts from.

    Attributes:
        system: Relations between all cells.
        low: Least each cell may be; a published one is its number, ``(n,)``.
        high: Largest each cell may be, ``(n,)``.
        near: One table that agrees with everything, such as the true one; bounds do not depend on
            it, ``(n,)``.
    """

    system: System
    low: Floats
    high: Floats
    near: Floats

    @property
    def free(self) -> NDArray[np.bool_]:
        """Whether a cell is not known exactly."""
        return np.asarray(self.low < self.high)


def bounds(known: Known, cells: NDArray[np.int64], *, whole: bool = True) -> tuple[Floats, Floats]:
    """Return the least and the largest value of some cells.

    Args:
        known: What the attacker starts from.
        cells: Places of the cells.
        whole: Whether the attacker uses that persons are whole (integer programming), or only adds
            and subtracts (linear programming).

    Returns:
        Least and largest, ``(len(cells),)``; infinite where there is no bound.
    """
    low, high = known.low[cells].copy(), known.high[cells].copy()
    free = known.free
    group = known.system.components(free)
    for i, cell in enumerate(cells.tolist()):
        if not free[cell]:
            continue
        tied = np.flatnonzero(group == group[cell])
        rows = known.system.about(tied, known.near)
        if rows is None:
            continue
        steps = known.low[tied] - known.near[tied], known.high[tied] - known.near[tied]
        for sign, ends in ((1.0, low), (-1.0, high)):
            cost = np.where(tied == cell, sign, 0.0)
            point, endless = solve(cost, [rows], *steps, whole)
            if point is not None:
                end = known.near[cell] + float(point[tied == cell][0])
                ends[i] = round(end) if whole else end
            elif endless:
                ends[i] = -np.inf * sign
            else:
                raise DataError("no table agrees with what is published [contradiction]")
    return low, high


def agreeing(system: System, low: Floats, high: Floats) -> Floats:
    """Return one table of whole numbers that agrees with what is known.

    Raises:
        DataError: ``contradiction``: there is none.
    """
    start = np.where(np.isfinite(low), low, np.minimum(high, 0.0))
    group = system.components(np.asarray(low < high))
    near = start.copy()
    fixed = np.where(low < high, 0.0, start)
    for one in range(int(group.max(initial=-1)) + 1):
        tied = np.flatnonzero(group == one)
        rows = system.about(tied, fixed)
        if rows is not None:
            point, _ = solve(np.zeros(len(tied)), [rows], low[tied], high[tied], True)
            if point is None:
                raise DataError("no table agrees with what is published [contradiction]")
            near[tied] = np.round(point)
    rest = system.matrix @ near
    if ((rest > 1e-6) | (rest < system.low - 1e-6)).any():
        raise DataError("no table agrees with what is published [contradiction]")
    return near
