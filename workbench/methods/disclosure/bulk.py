"""Complementary suppression of large tables: all small cells at once, each with its proof.

One programme moves all cells that are not proved safe as far as they must go; the cells it has to
move on the way are hidden. Cells that alone resist are taken one by one, at last with every cell
free to be hidden, so that only a table that cannot be protected is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.outer import outer_bounds
from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.prove import ROUNDS, prove, step
from workbench.methods.disclosure.search import Search, around
from workbench.methods.disclosure.showing import shown_again
from workbench.methods.disclosure.system import Floats
from workbench.methods.disclosure.table import Mask
from workbench.methods.disclosure.unsafe import cannot_protect

_LOTS = 4


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
    _refuse(proofs, [_lost_anyway(proof, primary) for proof in proofs])
    for proof in proofs:
        hidden = _covered(proof, hidden, cost, random)
    _refuse(proofs, [proof.open() for proof in proofs])
    hidden, proofs = shown_again(proofs, hidden, primary, cost, lots, random)
    return Protected(hidden, proofs)


def _lost_anyway(proof: Proof, primary: Mask) -> Mask:
    """Return the small cells that a reader finds by one relation after the other, all hidden."""
    every = proof.measure.movable[: len(primary)] | primary
    low, high = outer_bounds(proof.measure.known(every, rule=proof.rule))
    return np.asarray(proof.measure.small & (high - low < proof.need))


def _refuse(proofs: Sequence[Proof], lost: Sequence[Mask]) -> None:
    """Raise where small cells are lost, with all of them."""
    cells = [
        f"{proof.measure.name}, {proof.measure.names[cell]}"
        for proof, mask in zip(proofs, lost, strict=True)
        for cell in np.flatnonzero(mask)
    ]
    if cells:
        raise cannot_protect(list(dict.fromkeys(cells)))


def _covered(proof: Proof, hidden: Mask, cost: Floats, random: np.random.Generator) -> Mask:
    """Return the hidden cells with those added that prove all small cells of a proof safe.

    A cell that stays open is found whatever is hidden.
    """
    found = hidden
    movable = proof.measure.movable[: len(hidden)]
    prove(proof, found, cost, random)
    for turn in range(ROUNDS):
        wanted = proof.open()
        if not wanted.any():
            return found
        search = Search(proof, found, movable | found, cost)
        found = step(search, found, wanted, turn % 3 != 2, random, whole=False)
        prove(proof, found, cost, random)
    for cell in np.flatnonzero(proof.open()).tolist():
        found = _alone(proof, found, cell, cost, random)
    return found


def _alone(
    proof: Proof, hidden: Mask, cell: int, cost: Floats, random: np.random.Generator
) -> Mask:
    """Return the hidden cells with those added that prove one small cell safe, if any do.

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
            found = step(search, found, wanted, up, random, region=region, whole=True)
    return found
