"""The linear system of a table: every cell a variable, every relation a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from workbench.errors import RunError
from workbench.methods.disclosure.relations import Relation, at_most

Floats = NDArray[np.float64]
SECONDS = 60.0
"""Longest search for one bound; a table that needs more is refused, not published unchecked."""


@dataclass(frozen=True, eq=False)
class System:
    """Rows ``low <= matrix @ cells <= 0``.

    Attributes:
        matrix: One row a constraint, one column a cell.
        low: 0 where parts add up, minus infinity elsewhere.
    """

    matrix: Any
    low: Floats

    @classmethod
    def of(cls, found: Sequence[Relation], cells: int) -> System:
        """Return the system of relations between so many cells."""
        rows = [row for one in found for row in at_most(one)]
        where = [np.full(len(places), i) for i, (places, _, _) in enumerate(rows)]
        empty = np.zeros(0)
        data = np.concatenate([signs for _, signs, _ in rows] or [empty])
        row = np.concatenate([*where, empty]).astype(np.int64)
        column = np.concatenate([places for places, _, _ in rows] or [empty]).astype(np.int64)
        matrix = csr_matrix((data, (row, column)), shape=(len(rows), cells))
        low = np.array([0.0 if equal else -np.inf for _, _, equal in rows])
        return cls(matrix, low)

    def binding(self, low: Floats, high: Floats) -> System:
        """Return the rows that some cells within their ends would break; no other says anything."""
        up, down = self.matrix.maximum(0), self.matrix.minimum(0)
        most = up @ high + down @ low
        kept = np.flatnonzero((most > 0) | np.isfinite(self.low))
        return System(self.matrix[kept], self.low[kept])

    def components(self, free: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the number of the group each free cell is tied up with; -1 for the others."""
        links = self.matrix[:, free]
        labels = connected_components(links.T @ links, directed=False)[1] if free.any() else []
        found = np.full(len(free), -1, dtype=np.int64)
        found[free] = labels
        return found

    def about(self, cells: NDArray[np.int64], near: Floats) -> LinearConstraint | None:
        """Return the rows that hold some cells, in steps away from a point where all others stay.

        Steps are small where cells are in the billions: no digit of a count is lost.
        """
        part = self.matrix[:, cells]
        rows = np.unique(part.nonzero()[0])
        if not len(rows):
            return None
        at = self.matrix[rows] @ near
        return LinearConstraint(part[rows], self.low[rows] - at, -at)


def solve(
    cost: Floats, constraints: Sequence[LinearConstraint], low: Floats, high: Floats, whole: bool
) -> tuple[Floats | None, bool]:
    """Return the cheapest point, and whether the cost falls without end; None where there is none.

    Args:
        cost: Of each variable.
        constraints: Rows.
        low: Least value of each variable.
        high: Largest.
        whole: Whether variables are whole numbers.

    Raises:
        RunError: The search took too long.
    """
    if whole:
        # Mostly the cheapest point of all is whole; then it is the cheapest of the whole ones.
        first, endless = solve(cost, constraints, low, high, False)
        if first is None and not endless:
            return None, False
        if first is not None and _agrees(np.round(first), first, constraints):
            return np.round(first), False
    found = milp(
        cost,
        constraints=list(constraints),
        bounds=Bounds(low, high),
        integrality=np.full(len(cost), int(whole)),
        options={"time_limit": SECONDS, "mip_rel_gap": 0.0},
    )
    if found.status == 0:
        return np.asarray(found.x), False
    if found.status in (3, 4) and whole:
        # A program of whole coefficients falls without end as its relaxation does.
        return solve(cost, constraints, low, high, False)
    if found.status == 3:
        return None, True
    if found.status == 2:
        return None, False
    raise RunError(
        f"a bound of a hidden cell was not found in {SECONDS:g} s: {found.message}",
        remedy="publish fewer marginal tables at once",
    )


def _agrees(whole: Floats, point: Floats, constraints: Sequence[LinearConstraint]) -> bool:
    """Say whether rounding changes nothing but the last digits and breaks no row."""
    if np.abs(whole - point).max(initial=0.0) > 1e-6:
        return False
    rows = [(one.A @ whole, one) for one in constraints]
    return all(((at >= one.lb) & (at <= one.ub)).all() for at, one in rows)
