"""Many cells at once: tables that show how far apart the values of most of them may lie."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.disclosure.attacker import Known
from workbench.methods.disclosure.system import Floats, solve

_FEW = 6  # below it a search for each cell is as cheap
_PUSHES = 3


def shown_apart(known: Known, cells: NDArray[np.int64], need: Floats) -> tuple[Floats, Floats]:
    """Return a smaller and a larger value of every cell that tables agreeing with all show.

    Not the bounds: a few searches at once, each of which pushes many cells up or down. Where the
    two lie apart, no search for the cell alone is needed.

    Args:
        known: What the attacker starts from.
        cells: Places of the cells to push.
        need: How far apart the values of each should lie.
    """
    least, most = known.near.copy(), known.near.copy()
    group = known.group[cells]
    for one in np.unique(group[group >= 0]).tolist():
        pushed = cells[group == one]
        tied = np.flatnonzero(known.group == one)
        rows = known.binding.about(tied, known.near)
        if rows is None or len(pushed) < _FEW:
            continue
        reach_of = np.zeros(len(known.near))
        reach_of[pushed] = need[group == one]
        far = np.maximum(reach_of[tied], reach_of.max())
        here = known.near[tied]
        ends = np.maximum(known.low[tied] - here, -far), np.minimum(known.high[tied] - here, far)
        random = np.random.default_rng(0)
        signs = random.choice([-1.0, 1.0], (_PUSHES, len(tied)))
        for sign in np.concatenate([signs, -signs]):
            cost = np.where(np.isin(tied, pushed), sign, 0.0)
            point, _ = solve(cost, [rows], *ends, True)
            if point is not None:
                there = here + np.round(point)
                least[tied] = np.minimum(least[tied], there)
                most[tied] = np.maximum(most[tied], there)
    return least, most
