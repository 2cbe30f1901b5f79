"""Complementary suppression: which further cells are hidden, so that the small ones stay hidden.

For each small cell that an attacker finds, the cheapest other table is sought that agrees with the
relations and in which the cell is far enough from its number; the cells that differ are hidden.
What was hidden without need is shown again. The result is checked by the attacker and irreducible:
no single cell of it can be shown. It need not be the smallest of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.methods.disclosure.attacker import Reach, reach
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.search import least_steps
from workbench.methods.disclosure.system import Floats
from workbench.methods.disclosure.table import Mask
from workbench.methods.disclosure.unsafe import cannot_protect


def protect(measures: Sequence[Measured], primary: Mask, cost: Floats) -> Mask:
    """Return the cells to hide, the small ones among them.

    Args:
        measures: Of one table; a cell is hidden in all of them or in none.
        primary: Cells that are hidden because a count in them is small, ``(n,)``.
        cost: Of hiding each cell, above 0, ``(n,)``.

    Raises:
        UnsafeTable: ``cannot-protect``: a small cell is found whatever is hidden, such as one that
            an earlier release showed.
    """
    hidden = primary.copy()
    changed = True
    while changed:
        changed = False
        for measure in measures:
            for rule in (False, True):
                for cell in measure.weak(hidden, measure.targets(), rule=rule):
                    # What was hidden for the cells before may have covered this one.
                    if len(measure.weak(hidden, np.array([cell]), rule=rule)):
                        hidden = _covered(measure, hidden, int(cell), cost, rule)
                        changed = True
    return _shown_again(measures, hidden, primary, cost)


def _covered(measure: Measured, hidden: Mask, cell: int, cost: Floats, rule: bool) -> Mask:
    """Return the hidden cells with those added that keep one small cell from being found."""
    found = hidden.copy()
    for moves in _moves(measure, hidden, cell, rule):
        best: tuple[float, Mask] | None = None
        for move in moves:
            other = _other_table(measure, found, cell, move, cost, rule)
            if other is not None and (best is None or other[0] < best[0]):
                best = other
        if best is None:
            raise cannot_protect([f"{measure.name}, {measure.names[cell]}"])
        found = found | best[1]
    if (found == hidden).all():
        raise cannot_protect([f"{measure.name}, {measure.names[cell]}"])
    return found


def _moves(measure: Measured, hidden: Mask, cell: int, rule: bool) -> Iterator[tuple[float, ...]]:
    """Give how far a cell must be able to go: all of them, each by one of its alternatives."""
    if rule:
        yield (1.0, -1.0)
        return
    every = measure.movable[: len(hidden)] | hidden
    apart, here = measure.apart(cell, rule), float(measure.truth[cell])
    far = reach(measure.known(every), cell, enough=2 * apart)
    if far.high - far.low < apart:
        raise cannot_protect([f"{measure.name}, {measure.names[cell]}"])
    down = max(far.low, here - apart)
    yield (down - here,)
    yield (min(down + apart, far.high) - here,)


def _other_table(
    measure: Measured, hidden: Mask, cell: int, move: float, cost: Floats, rule: bool
) -> tuple[float, Mask] | None:
    """Return the cheapest cells to hide so that a cell may lie a step away, and their cost.

    Cells that add up with this one are tried first; None where no table has it.
    """
    movable = measure.movable[: len(hidden)]
    near = measure.summed[: len(hidden)]
    for choice in (movable & (near == near[cell]), movable) if cell < len(hidden) else (movable,):
        found = _cheapest(measure, hidden, choice | hidden, cell, move, cost, rule)
        if found is not None:
            return found
    return None


def _cheapest(
    measure: Measured,
    hidden: Mask,
    choice: Mask,
    cell: int,
    move: float,
    cost: Floats,
    rule: bool,
) -> tuple[float, Mask] | None:
    """Return the cheapest of some cells to hide; only steps of published cells cost."""
    n = len(hidden)
    most, now = measure.known(choice, rule=rule), measure.known(hidden, rule=rule)
    if not most.low[cell] <= measure.truth[cell] + move <= most.high[cell]:
        return None
    tied = np.flatnonzero(most.group == most.group[cell]) if most.free[cell] else np.array([cell])
    rows = most.binding.about(tied, measure.truth)
    steps = most.low[tied] - measure.truth[tied], most.high[tied] - measure.truth[tied]
    steps[0][tied == cell] = steps[1][tied == cell] = move
    covered = np.append(hidden, np.ones(len(now.low) - n, dtype=bool))[tied]
    price = np.where(covered, 0.0, np.append(cost, np.zeros(len(now.low) - n))[tied])
    # Free steps have a price as well, a tiny one: otherwise up and down run away together.
    point = least_steps(rows, steps, price + 1e-6, np.zeros(len(tied)), True)
    if point is None:
        return None
    differs = np.zeros(n, dtype=bool)
    there = measure.truth[tied] + point
    beyond = (there < now.low[tied]) | (there > now.high[tied])
    differs[tied[beyond & ~covered]] = True
    return float(price @ np.abs(point)), differs


def _shown_again(measures: Sequence[Measured], hidden: Mask, primary: Mask, cost: Floats) -> Mask:
    """Return the hidden cells without those that need not be, the dearest tried first.

    For each small cell two tables that show how far it can go are kept: showing a cell that is the
    true one in both changes nothing for it, and only the others are attacked again.
    """
    found = hidden.copy()
    attacks = [(one, rule) for one in measures for rule in (False, True)]
    tables = [_reaches(one, found, one.targets(), rule) for one, rule in attacks]
    for cell in sorted(np.flatnonzero(hidden & ~primary), key=lambda i: (-cost[i], i)):
        trial = found.copy()
        trial[cell] = False
        news: list[dict[int, Reach]] = []
        for (one, rule), known in zip(attacks, tables, strict=True):
            touched = np.array([t for t, far in known.items() if cell in far.moved], dtype=np.int64)
            fresh = _reaches(one, trial, touched, rule)
            news.append(fresh)
            if len(fresh) < len(touched):
                break
        else:
            found = trial
            for known, fresh in zip(tables, news, strict=True):
                known.update(fresh)
    return found


def _reaches(
    measure: Measured, hidden: Mask, cells: NDArray[np.int64], rule: bool
) -> dict[int, Reach]:
    """Return how far small cells can go, up to the first that cannot go far enough."""
    known = measure.known(hidden, rule=rule)
    found: dict[int, Reach] = {}
    for cell in cells.tolist():
        apart = measure.apart(cell, rule)
        far = reach(known, cell, enough=apart)
        if far.high - far.low < apart:
            break
        found[cell] = far
    return found
