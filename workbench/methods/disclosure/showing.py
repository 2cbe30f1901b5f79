"""Shows further cells of a large table again, in lots, as long as all small ones stay proved."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack

from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.prove import prove
from workbench.methods.disclosure.system import Floats, System
from workbench.methods.disclosure.table import Mask


def shown_again(
    proofs: Sequence[Proof],
    hidden: Mask,
    primary: Mask,
    cost: Floats,
    lots: int,
    random: np.random.Generator,
) -> tuple[Mask, list[Proof]]:
    """Return the hidden cells without those that need not be, and what proves them.

    A lot has at most one cell of each group that adds up, the dearest first. Where a small cell is
    not proved again, the cells of the lot that its earlier proof moved stay hidden.
    """
    found, kept = hidden.copy(), list(proofs)
    tried = primary.copy()
    lanes = _lanes([proof.measure for proof in proofs], len(hidden))
    for _ in range(lots):
        candidates = np.flatnonzero(found & ~tried & ~_sole(kept, found))
        order = candidates[np.argsort(-cost[candidates], kind="stable")]
        lot = order[np.unique(lanes[order], return_index=True)[1]]
        if not len(lot):
            break
        tried[lot] = True
        trial = found.copy()
        trial[lot] = False
        fresh = [proof.without(lot) for proof in kept]
        for proof in fresh:
            prove(proof, trial, cost, random)
        back = _needed(kept, fresh, lot)
        trial[back] = True
        # With these cells hidden the earlier tables that move no other cell of the lot are good.
        shown = lot[~np.isin(lot, back)]
        for old, new in zip(kept, fresh, strict=True):
            new.tables.extend(old.without(shown).tables if len(back) else [])
        found, kept = trial, [_few(proof) for proof in fresh]
    return found, kept


def _needed(
    old: Sequence[Proof], new: Sequence[Proof], lot: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the cells of a lot that the earlier proofs of cells not proved again have moved."""
    back = np.zeros(len(old[0].need), dtype=bool)
    for before, after in zip(old, new, strict=True):
        lost = after.open()
        for table in before.tables:
            with_lost = np.unique(table.piece[lost])
            back |= np.isin(table.piece, with_lost[with_lost >= 0])
    return np.asarray(lot[back[lot]])


def _sole(proofs: Sequence[Proof], hidden: Mask) -> Mask:
    """Return the cells that alone are hidden beside a small cell, in a sum of published ones."""
    found = np.zeros(len(hidden), dtype=bool)
    for measure in {id(proof.measure): proof.measure for proof in proofs}.values():
        covered = np.ones(len(measure.truth), dtype=bool)
        covered[: len(hidden)] = hidden
        sums = abs(measure.system.matrix[np.isfinite(measure.system.low)])
        two = sums @ covered.astype(np.float64) == 2
        risky = two & (sums @ (covered & measure.small).astype(np.float64) > 0)
        found |= (np.asarray(sums[risky].sum(axis=0)).ravel() > 0)[: len(hidden)]
    return found & hidden


def _lanes(measures: Sequence[Measured], cells: int) -> NDArray[np.int64]:
    """Return the number of the group of cells that each one adds up with, by any measure."""
    rows = [one.system.matrix[np.isfinite(one.system.low)][:, :cells] for one in measures]
    every = System(vstack(rows, format="csr"), np.zeros(sum(one.shape[0] for one in rows)))
    return every.components(np.ones(cells, dtype=bool))


def _few(proof: Proof) -> Proof:
    """Return a proof without the tables that are the end of no small cell."""
    small = proof.measure.small
    if not proof.tables:
        return proof
    sizes = np.array([table.size[small] for table in proof.tables])
    used = np.unique(np.concatenate([sizes.argmin(axis=0), sizes.argmax(axis=0)]))
    return Proof(proof.measure, proof.rule, [proof.tables[i] for i in used.tolist()])
