"""Which small counts the totals they belong to give away, and what to leave out against it.

Distinct cases do not add up: of the parts of a total only ``largest <= total <= sum`` holds. With
the other parts shown, a hidden one is at least the total less their sum, and at most every total it
belongs to. That is all a reader can say, so that the attacker is exact here without a search.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Margin = tuple[NDArray[np.object_], NDArray[np.float64]]


def given_away(
    counts: NDArray[np.int64], closed: Mask, margins: Sequence[Margin], threshold: int
) -> Mask:
    """Return which cells to leave out, so that no small one is found from any total.

    Cells of 1 to ``threshold - 1`` are hidden anyway. Where one is found, or found nearer than the
    threshold, it is left out with the smallest shown cell of the total that gives it away.

    Args:
        counts: Of each cell, above 0, ``(n,)``.
        closed: Cells left out from the start, ``(n,)``.
        margins: For each total, what it is of, ``(n,)``, and its number, NaN where nobody knows it.
        threshold: Fewest of a published cell.
    """
    small = counts < threshold
    out = closed.copy()
    groups = [(np.unique(keys, return_inverse=True)[1], total) for keys, total in margins]
    while True:
        hidden = small | out
        low, by = _least(counts, hidden, small, groups, threshold)
        plain_low, plain_by = _least(counts, hidden, np.zeros(len(counts), bool), groups, threshold)
        most = np.min([np.where(np.isnan(total), np.inf, total) for _, total in groups], axis=0)
        near = small & (most - plain_low < threshold) & (plain_low > 0)
        # Who knows which cells are small knows that they are below the threshold.
        sure = small & (np.minimum(most, threshold - 1.0) - np.maximum(low, 1.0) < 1) & (low > 1)
        found = np.flatnonzero(near | sure)
        grown = out.copy()
        for cell in found.tolist():
            margin = int(plain_by[cell] if near[cell] else by[cell])
            group = groups[margin][0]
            beside = np.flatnonzero((group == group[cell]) & ~hidden & ~grown)
            if len(beside):
                grown[beside[np.argmin(counts[beside])]] = True
        if (grown == out).all():
            return np.asarray(out | near | sure)
        out = grown


def _least(
    counts: NDArray[np.int64],
    hidden: Mask,
    capped: Mask,
    groups: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]],
    threshold: int,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the least each hidden cell may be, and which margin says so.

    Args:
        counts: Of each cell.
        hidden: Cells a reader does not see.
        capped: Hidden cells he knows to be below the threshold.
        groups: Group of each cell, and its total.
        threshold: See above.
    """
    low = np.full((len(groups), len(counts)), -np.inf)
    for place, (group, total) in enumerate(groups):
        size = int(group.max(initial=-1)) + 1
        shown = np.bincount(group, np.where(hidden, 0, counts), size)
        limits = np.bincount(group, hidden & capped, size) * (threshold - 1.0)
        endless = np.bincount(group, hidden & ~capped, size)
        others = shown[group] + limits[group] - np.where(hidden & capped, threshold - 1.0, 0.0)
        free = endless[group] - (hidden & ~capped)
        low[place] = np.where((free > 0) | np.isnan(total), -np.inf, total - others)
    by = np.argmax(low, axis=0)
    return np.maximum(low.max(axis=0), 0.0), by
