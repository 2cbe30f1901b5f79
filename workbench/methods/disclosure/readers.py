"""Puts a table and what readers have of it together, a measure at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from workbench.methods.disclosure.attacker import agreeing
from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.earlier import Earlier, merged, shown
from workbench.methods.disclosure.growth import with_growth
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.needs import settled
from workbench.methods.disclosure.relations import relations
from workbench.methods.disclosure.rounding import range_of, rounded
from workbench.methods.disclosure.system import System
from workbench.methods.disclosure.table import Table, name_of


def measured(
    table: Table,
    hierarchy: Mapping[str, Dimension],
    measure: str,
    *,
    threshold: int,
    rounding: int | None = None,
    earlier: Sequence[Earlier] = (),
) -> Measured:
    """Return a measure with all that a reader has: relations, earlier releases, their growth.

    Args:
        table: True counts.
        hierarchy: How its cells belong together.
        measure: Which counts.
        threshold: Numbers from 1 to below it are small.
        rounding: Base that published counts are rounded to.
        earlier: Releases that readers have.

    Raises:
        DataError: ``changed``, ``shrunk`` or ``contradiction``: an earlier release does not fit.
    """
    counts = table.counts[measure].astype(np.float64)
    n = len(counts)
    same = [shown(one, hierarchy, measure) for one in earlier if one.kind == "same"]
    keys, low, high = merged(table.keys, counts, same, table.dimensions)
    found = relations(keys, hierarchy, measure)
    truth = counts
    if len(keys) > n:
        fixed = np.concatenate([counts, low[n:]]), np.concatenate([counts, high[n:]])
        truth = agreeing(System.of(found, len(keys)), *fixed)
    least = 1.0 if len(table.counts) == 1 else 0.0
    ends = range_of(rounded(counts, rounding), rounding, threshold)
    now = np.arange(len(keys)) < n
    open_low, open_high, hidden_low = low.copy(), high.copy(), low.copy()
    open_low[:n], open_high[:n] = np.maximum(low[:n], ends[0]), np.minimum(high[:n], ends[1])
    hidden_low[:n] = np.maximum(low[:n], np.minimum(least, counts))
    small = now & (truth > 0) & (truth < threshold)
    before = ~now & (low < high) & (low < threshold)
    start = Measured(
        name=measure,
        names=tuple(name_of(table.dimensions, key) for key in keys),
        system=System.of(found, len(keys)),
        truth=truth,
        small=small | before,
        need=np.where(before, np.nan, float(threshold)),
        open_low=open_low,
        open_high=open_high,
        hidden_low=hidden_low,
        hidden_high=high,
        movable=now & (truth > 0) & (low < high),
        threshold=threshold,
        alone=least == 1.0,
    )
    for one in earlier:
        if one.kind == "grown":
            release = shown(one, hierarchy, measure)
            start, found = with_growth(start, found, table.keys, hierarchy, release)
    return settled(start, n)
