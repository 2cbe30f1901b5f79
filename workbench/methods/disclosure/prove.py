"""Proves small cells safe by what is hidden already: all at once, a programme at a time."""

from __future__ import annotations

import numpy as np

from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.search import Search, around
from workbench.methods.disclosure.system import Floats
from workbench.methods.disclosure.table import Mask

ROUNDS = 8
# Below this share of cells only those around them may move: the programme is smaller.
_FEW = 0.01
_AGAIN = 4


def prove(proof: Proof, hidden: Mask, cost: Floats, random: np.random.Generator) -> None:
    """Look for tables that prove the open cells of a proof, all at once, until no more are found.

    Those that are left need not be unsafe: cells compete, and pieces of tables may not be whole.
    """
    search = Search(proof, hidden, hidden, cost)
    stalled = 0
    for turn in range(ROUNDS):
        wanted = proof.open()
        if not wanted.any() or stalled == 2:
            return
        step(search, hidden, wanted, turn % 2 == 0, random, whole=False)
        stalled = 0 if proof.open().sum() < wanted.sum() else stalled + 1


def step(
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
    if region is None and wanted.mean() < _FEW and not whole:
        region = around(search.proof.measure, wanted)
    # Weights that differ let one of two cells that compete go all the way.
    weight = random.uniform(0.5, 1.5, len(wanted))
    steps = search.steps(wanted, up, weight, region=region, whole=whole)
    for _ in range(_AGAIN):
        parts = np.abs(steps - np.round(steps)) > 1e-6
        if not parts.any():
            break
        # Sums with a step that is not whole wait for another turn; others need not wait with them.
        group = search.proof.measure.summed
        rest = ~np.isin(group, np.unique(group[parts]))
        region = rest if region is None else region & rest
        steps = search.steps(wanted, up, weight, region=region, whole=whole)
    found = np.asarray(hidden | search.beyond(np.round(steps)))
    search.proof.admit(found, steps)
    return found
