"""Proof that small cells stay hidden: other whole tables that agree with all that is published.

Two such tables that differ enough in a cell show that no reader can come nearer, whatever he
computes. One table proves many cells at once, and is checked by addition alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import bmat, csr_matrix, vstack
from scipy.sparse.csgraph import connected_components

from workbench.methods.disclosure.attacker import Known
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.system import Floats, System
from workbench.methods.disclosure.table import Mask

Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Steps:
    """A table as whole steps away from the true one, in pieces.

    Attributes:
        size: Of each cell's step, ``(m,)``.
        piece: Number of the piece each cell that moves belongs to, ``(m,)``; -1 for the others. Any
            of the pieces alone is a table that agrees too.
    """

    size: Floats
    piece: Whole


@dataclass(frozen=True, eq=False)
class Proof:
    """What is proved about the small cells of a measure, against one reader.

    Attributes:
        measure: The measure.
        rule: Whether the reader knows the rule and guesses which hidden cells are the small ones.
        tables: Found so far.
    """

    measure: Measured
    rule: bool
    tables: list[Steps] = field(default_factory=list)

    @property
    def need(self) -> Floats:
        """How far the least and the largest value of each cell must lie apart, ``(m,)``."""
        return np.minimum(1.0, self.measure.need) if self.rule else self.measure.need

    def ends(self) -> tuple[Floats, Floats]:
        """Return the least and the largest proved step of each cell; 0 is the true table."""
        sizes = [table.size for table in self.tables] or [np.zeros(len(self.need))]
        return np.minimum(np.min(sizes, axis=0), 0.0), np.maximum(np.max(sizes, axis=0), 0.0)

    def open(self) -> Mask:
        """Return the small cells for which nothing is proved yet."""
        low, high = self.ends()
        return np.asarray(self.measure.small & (high - low < self.need))

    def admit(self, hidden: Mask, step: Floats) -> None:
        """Take a table in, in what pieces of it agree with all that is published.

        Args:
            hidden: Cells of the table that are hidden, ``(n,)``.
            step: Of each cell, ``(m,)``; rounded to whole numbers here.
        """
        known = self.measure.known(hidden, rule=self.rule)
        size = agreeing_steps(known, np.round(step))
        if size.any():
            self.tables.append(Steps(size, pieces(known.system, known.near, size)))

    def without(self, shown: Whole) -> Proof:
        """Return what is still proved when some cells are shown: pieces that do not move them."""
        kept = []
        for table in self.tables:
            lost = np.unique(table.piece[shown])
            stays = ~np.isin(table.piece, lost[lost >= 0])
            kept.append(Steps(table.size * stays, np.where(stays, table.piece, -1)))
        return Proof(self.measure, self.rule, kept)

    def sound(self, hidden: Mask) -> bool:
        """Say whether every table is whole and agrees with all that is published.

        By addition and comparison alone: it does not depend on how the tables were found.
        """
        known = self.measure.known(hidden, rule=self.rule)
        sizes = [table.size for table in self.tables]
        whole = all((size == np.floor(size)).all() for size in sizes)
        return whole and all(
            _within(known, size).all() and not len(broken(known, size)) for size in sizes
        )


def agreeing_steps(known: Known, step: Floats) -> Floats:
    """Return whole steps without the pieces that break a relation or the ends of a cell."""
    kept = step.copy()
    while kept.any():
        wrong = ~_within(known, kept)
        rows = broken(known, kept)
        if not len(rows) and not wrong.any():
            break
        wrong |= np.asarray(abs(known.system.matrix[rows]).sum(axis=0)).ravel() > 0
        label = pieces(known.system, known.near, kept)
        lost = np.unique(label[wrong & (kept != 0)])
        kept = np.where(np.isin(label, lost), 0.0, kept)
    return kept


def broken(known: Known, step: Floats) -> Whole:
    """Return the rows that a table some steps away breaks."""
    change = known.system.matrix @ step
    at = known.system.matrix @ known.near + change
    return np.flatnonzero((at > 1e-6) | (at < known.system.low - 1e-6))


def pieces(system: System, truth: Floats, step: Floats) -> Whole:
    """Return the number of the piece that each moving cell belongs to; -1 for the others.

    Cells that add up belong together. Others do where a row could be broken by some of them alone.
    """
    found = np.full(len(step), -1, dtype=np.int64)
    moved = np.flatnonzero(step)
    if not len(moved):
        return found
    exact = np.isfinite(system.low)
    sums, rest = system.matrix[exact][:, moved], system.matrix[~exact][:, moved]
    base = _together(sums)
    summed = csr_matrix((step[moved], (np.arange(len(moved)), base)))
    most = np.asarray((rest @ summed).maximum(0).sum(axis=1)).ravel()
    ties = rest[system.matrix[~exact] @ truth + most > 0]
    found[moved] = _together(vstack([sums, ties], format="csr"))
    return found


def _within(known: Known, step: Floats) -> Mask:
    """Return which cells stay within their ends."""
    there = known.near + step
    return np.asarray((there >= known.low) & (there <= known.high))


def _together(rows: csr_matrix) -> Whole:
    """Return the number of the group of each column; columns of one row are in one."""
    links = abs(rows)
    graph = bmat([[None, links], [links.T, None]], format="csr")
    labels = connected_components(graph, directed=False)[1][links.shape[0] :]
    return np.unique(labels, return_inverse=True)[1]
