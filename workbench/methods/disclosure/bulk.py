"""Complementary suppression of large tables: all small cells at once, each with its proof.

One programme moves all cells that are not proved safe as far as they must go; the cells it has to
move on the way are hidden. Cells that alone resist are taken one by one, at last with every cell
free to be hidden, so that only a table that cannot be protected is refused. Then further cells are
shown again in lots, as long as everything stays proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import vstack

from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.search import Search, around
from workbench.methods.disclosure.system import Floats, System
from workbench.methods.disclosure.table import Mask
from workbench.methods.disclosure.unsafe import cannot_protect

_ROUNDS, _LOTS = 8, 4


@dataclass(frozen=True, eq=False)
class Protected:
    """Hidden cells, and for each measure and reader the proof that the small ones are safe."""

    hidden: Mask
    proofs: list[Proof]


def protect_in_bulk(
    measures: Sequence[Measured], primary: Mask, cost: Floats, *, lots: int = _LOTS
) -> Protected:
    """Return the cells to hide, the small ones among them, with proofs.

    Args:
        measures: Of one table; a cell is hidden in all of them or in none.
        primary: Cells that are hidden because a count in them is small, ``(n,)``.
        cost: Of hiding each cell, above 0, ``(n,)``.
        lots: In how many lots at most cells are tried to be shown again.

    Raises:
        UnsafeTable: ``cannot-protect``: a small cell is found whatever is hidden.
    """
    random = np.random.default_rng(0)
    proofs = [Proof(one, rule) for one in measures for rule in (False, True)]
    hidden = primary.copy()
    for proof in proofs:
        hidden = _covered(proof, hidden, cost, random)
    hidden, proofs = _shown_again(proofs, hidden, primary, cost, lots, random)
    return Protected(hidden, proofs)


def prove(proof: Proof, hidden: Mask, cost: Floats, random: np.random.Generator) -> None:
    """Look for tables that prove the open cells of a proof, all at once, until no more are found.

    Those that are left need not be unsafe: cells compete, and pieces of tables may not be whole.
    """
    search = Search(proof, hidden, hidden, cost)
    stalled = 0
    for turn in range(_ROUNDS):
        wanted = proof.open()
        if not wanted.any() or stalled == 2:
            return
        _step(search, hidden, wanted, turn % 2 == 0, random, whole=False)
        stalled = 0 if proof.open().sum() < wanted.sum() else stalled + 1


def _covered(proof: Proof, hidden: Mask, cost: Floats, random: np.random.Generator) -> Mask:
    """Return the hidden cells with those added that prove all small cells of a proof safe."""
    found = hidden
    movable = proof.measure.movable[: len(hidden)]
    prove(proof, found, cost, random)
    for turn in range(_ROUNDS):
        wanted = proof.open()
        if not wanted.any():
            return found
        search = Search(proof, found, movable | found, cost)
        found = _step(search, found, wanted, turn % 3 != 2, random, whole=False)
        prove(proof, found, cost, random)
    for cell in np.flatnonzero(proof.open()).tolist():
        found = _alone(proof, found, cell, cost, random)
    return found


def _alone(
    proof: Proof, hidden: Mask, cell: int, cost: Floats, random: np.random.Generator
) -> Mask:
    """Return the hidden cells with those added that prove one small cell safe.

    First by the hidden cells, then by those next to it, at last by all of the table.
    """
    found = hidden
    wanted = np.zeros(len(proof.need), dtype=bool)
    wanted[cell] = True
    near = around(proof.measure, wanted)
    movable = proof.measure.movable[: len(hidden)]
    for choice, region in ((hidden, near), (movable | hidden, near), (movable | hidden, None)):
        for up in (True, False):
            if not proof.open()[cell]:
                return found
            search = Search(proof, found, choice | found, cost)
            found = _step(search, found, wanted, up, random, region=region, whole=True)
    if proof.open()[cell]:
        raise cannot_protect(proof.measure.name, proof.measure.names[cell])
    return found


def _step(
    search: Search,
    hidden: Mask,
    wanted: Mask,
    up: bool,
    random: np.random.Generator,
    *,
    whole: bool,
    region: Mask | None = None,
) -> Mask:
    """Search once, take what is found into the proof; return the hidden cells it needs."""
    if region is None and wanted.sum() < len(wanted) // 100 and not whole:
        region = around(search.proof.measure, wanted)
    # Weights that differ let one of two cells that compete go all the way.
    weight = random.uniform(0.5, 1.5, len(wanted))
    step = search.steps(wanted, up, weight, region=region, whole=whole)
    found = np.asarray(hidden | search.beyond(np.round(step)))
    search.proof.admit(found, step)
    return found


def _shown_again(
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


def _needed(old: Sequence[Proof], new: Sequence[Proof], lot: NDArray[np.int64]) -> Mask:
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
