"""One measure of a table under attack: its numbers, which are small, what a reader starts from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.methods.disclosure.attacker import Known, reach
from workbench.methods.disclosure.pushes import shown_apart
from workbench.methods.disclosure.system import Floats, System
from workbench.methods.disclosure.table import Mask


@dataclass(frozen=True, eq=False)
class Measured:
    """A measure over the cells of a table and over those of earlier releases.

    The first ``n`` cells are those of the table; what follows was published earlier, or is the
    growth since then, which nobody publishes.

    Attributes:
        name: Of the measure.
        names: Of all cells, for errors, ``m`` of them.
        system: Relations between all cells.
        truth: Of all cells, ``(m,)``.
        small: Cells that must not be found: small ones, and what an earlier release hid, ``(m,)``.
        need: How far the least and the largest value of each of these must lie apart, ``(m,)``; NaN
            until it is known what readers had of it before, see ``needs.py``.
        open_low: Least a cell may be to a reader where it is published, ``(m,)``.
        open_high: Largest.
        hidden_low: Least where it is hidden, ``(m,)``.
        hidden_high: Largest.
        movable: Cells whose hiding tells a reader less, ``(m,)``.
        threshold: Numbers from 1 to below it are small.
        alone: Whether it is the only measure: then a hidden cell that is not small is at least the
            threshold, to a reader who knows the rule.
    """

    name: str
    names: tuple[str, ...]
    system: System
    truth: Floats
    small: Mask
    need: Floats
    open_low: Floats
    open_high: Floats
    hidden_low: Floats
    hidden_high: Floats
    movable: Mask
    threshold: int
    alone: bool

    def known(self, hidden: Mask, *, rule: bool = False) -> Known:
        """Return what a reader starts from.

        Args:
            hidden: Cells of the table that are hidden, ``(n,)``.
            rule: Whether the reader guesses right which hidden cells are the small ones.
        """
        covered = np.zeros(len(self.truth), dtype=bool)
        covered[: len(hidden)] = hidden
        low = np.where(covered, self.hidden_low, self.open_low)
        high = np.where(covered, self.hidden_high, self.open_high)
        if rule:
            few = covered & self.small
            low = np.where(few, np.maximum(low, 1.0), low)
            high = np.where(few, np.minimum(high, self.threshold - 1.0), high)
            if self.alone:
                many = covered & ~self.small & (self.truth >= self.threshold)
                low = np.where(many, np.maximum(low, float(self.threshold)), low)
        return Known(self.system, low, high, self.truth)

    def weak(self, hidden: Mask, cells: NDArray[np.int64], *, rule: bool) -> NDArray[np.int64]:
        """Return those of some small cells that a reader finds, or finds too nearly."""
        known = self.known(hidden, rule=rule)
        need = np.array([self.apart(cell, rule) for cell in cells.tolist()])
        least, most = shown_apart(known, cells, need)
        near = np.zeros(len(cells), dtype=bool)
        for i, cell in enumerate(cells.tolist()):
            if most[cell] - least[cell] >= need[i]:
                continue
            far = reach(known, cell, enough=need[i])
            near[i] = far.high - far.low < need[i]
            # Both tables tell of other cells too.
            least[far.tied] = np.minimum(least[far.tied], far.least)
            most[far.tied] = np.maximum(most[far.tied], far.most)
        return np.asarray(cells[near])

    def apart(self, cell: int, rule: bool) -> float:
        """Return how far the least and the largest value of a cell must lie apart.

        To every reader by the threshold; to one who knows that it is small two values are left.
        """
        return min(1.0, float(self.need[cell])) if rule else float(self.need[cell])

    @cached_property
    def summed(self) -> NDArray[np.int64]:
        """Number of the group of cells each one adds up with, ``(m,)``."""
        exact = np.flatnonzero(np.isfinite(self.system.low))
        sums = System(self.system.matrix[exact], self.system.low[exact])
        return sums.components(np.ones(len(self.truth), dtype=bool))

    def targets(self) -> NDArray[np.int64]:
        """Return the places of the cells that must not be found."""
        return np.flatnonzero(self.small)
