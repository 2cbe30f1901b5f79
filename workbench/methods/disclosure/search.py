"""Searches for other tables that agree with a release, for many small cells in one programme."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint
from scipy.sparse import hstack

from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.system import Floats, solve
from workbench.methods.disclosure.table import Mask

# A step of a small cell towards its end is worth more than any steps of others on the way.
_WORTH, _HIDDEN_STEP = 1e4, 1e-2


@dataclass(frozen=True, eq=False)
class Search:
    """What is looked for.

    Attributes:
        proof: What it is for.
        hidden: Cells that are hidden, ``(n,)``; their steps are nearly free.
        choice: Cells that may move, ``(n,)``: the hidden ones, or more, which would be hidden then.
        cost: Of hiding each cell, ``(n,)``.
    """

    proof: Proof
    hidden: Mask
    choice: Mask
    cost: Floats

    def steps(
        self, wanted: Mask, up: bool, weight: Floats, *, region: Mask | None, whole: bool
    ) -> Floats:
        """Return steps that bring wanted cells as far as is needed, or as near to that as goes.

        Args:
            wanted: Small cells, ``(m,)``.
            up: Whether to make them larger; otherwise smaller.
            weight: Which of the wanted cells go first, ``(m,)``.
            region: Cells that may move, ``(m,)``; None for all of the choice.
            whole: Whether steps must be whole; otherwise most are, by themselves.
        """
        measure, n = self.proof.measure, len(self.hidden)
        known = measure.known(self.choice, rule=self.proof.rule)
        free = np.flatnonzero(known.free if region is None else known.free & region)
        found = np.zeros(len(known.near))
        if not len(free):
            return found
        rows = known.binding.about(free, known.near)
        least, most = known.low[free] - known.near[free], known.high[free] - known.near[free]
        low, high = (end[free] for end in self.proof.ends())
        need, goal = self.proof.need[free], wanted[free]
        if up:
            most = np.where(goal, np.minimum(most, np.maximum(low + need, 0.0)), most)
        else:
            least = np.where(goal, np.maximum(least, np.minimum(high - need, 0.0)), least)
        sign = 1.0 if up else -1.0
        worth = np.where(goal, sign * _WORTH * weight[free], 0.0)
        price = np.append(self.cost, np.zeros(len(known.near) - n))
        covered = np.append(self.hidden, np.ones(len(known.near) - n, dtype=bool))
        step = np.where(covered[free], _HIDDEN_STEP, price[free])
        point = least_steps(rows, (least, most), step, worth, whole)
        if point is not None:
            found[free] = point
        return found

    def beyond(self, step: Floats) -> Mask:
        """Return the cells of the table that must be hidden for some steps to be possible."""
        known = self.proof.measure.known(self.hidden, rule=self.proof.rule)
        there = known.near + step
        outside = (there < known.low) | (there > known.high)
        return np.asarray(outside[: len(self.hidden)] & ~self.hidden)


def least_steps(
    rows: LinearConstraint | None,
    ends: tuple[Floats, Floats],
    price: Floats,
    worth: Floats,
    whole: bool,
) -> Floats | None:
    """Return the steps of the least price less worth, each split in up and down; None if none go.

    Args:
        rows: Relations, in steps.
        ends: Least and largest step of each cell.
        price: Of a step of one, in either direction, above 0: otherwise both run away together.
        worth: Of a step up; below 0 where a step down is worth something.
        whole: Whether steps are whole numbers.
    """
    low, high = ends
    both = (
        np.concatenate([np.maximum(low, 0.0), np.maximum(-high, 0.0)]),
        np.concatenate([np.maximum(high, 0.0), np.maximum(-low, 0.0)]),
    )
    doubled = (
        []
        if rows is None
        else [LinearConstraint(hstack([rows.A, -rows.A], format="csr"), rows.lb, rows.ub)]
    )
    point, _ = solve(np.concatenate([price - worth, price + worth]), doubled, *both, whole)
    if point is None:
        return None
    up, down = np.split(point, 2)
    return np.asarray(up - down)


def around(measure: Measured, cells: Mask) -> Mask:
    """Return the cells that add up with some cells, or with their next ones by near relations."""
    group, matrix = measure.summed, measure.system.matrix
    slack = -(matrix @ measure.truth)
    near = matrix[np.flatnonzero(slack < 2 * measure.threshold)]
    inside = np.isin(group, np.unique(group[cells]))
    touched = abs(near).T @ (abs(near) @ inside.astype(np.float64)) > 0
    found: NDArray[np.bool_] = np.isin(group, np.unique(group[touched | inside]))
    return found
