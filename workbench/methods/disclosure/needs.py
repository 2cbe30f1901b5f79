"""How far what an earlier release hid must stay hidden: as far as it was, at most the threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from workbench.methods.disclosure.attacker import reach
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.outer import outer_bounds
from workbench.methods.disclosure.proof import Proof
from workbench.methods.disclosure.prove import prove


def settled(measure: Measured, cells: int) -> Measured:
    """Return the measure with the needs of what earlier releases hid.

    A new release must not bring a reader nearer than the threshold, or than he was before: than he
    is with all of today's table hidden.

    Args:
        measure: Its needs are NaN where they are not known.
        cells: Of the table itself.
    """
    asked = np.isnan(measure.need)
    if not asked.any():
        return measure
    every = np.ones(cells, dtype=bool)
    threshold = float(measure.threshold)
    known = measure.known(every)
    low, high = outer_bounds(known)
    # No table goes farther than one relation at a time lets it.
    most = np.minimum(threshold, high - low)
    proof = Proof(replace(measure, small=asked, need=most), rule=False)
    prove(proof, every, np.ones(cells), np.random.default_rng(0))
    need = np.where(asked, most, measure.need)
    for cell in np.flatnonzero(proof.open()).tolist():
        ends = reach(known, cell, enough=threshold)
        need[cell] = min(threshold, ends.high - ends.low)
    return replace(measure, need=need, small=measure.small & (need > 0))
