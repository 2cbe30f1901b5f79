"""What came since an earlier release: the difference of two published counts counts persons too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from workbench.errors import DataError
from workbench.methods.disclosure.attacker import agreeing
from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.earlier import Shown
from workbench.methods.disclosure.measured import Measured
from workbench.methods.disclosure.relations import Relation, relations
from workbench.methods.disclosure.system import System
from workbench.methods.disclosure.table import Key


def with_growth(
    now: Measured,
    found: Sequence[Relation],
    keys: Sequence[Key],
    hierarchy: Mapping[str, Dimension],
    before: Shown,
) -> tuple[Measured, list[Relation]]:
    """Return a measure with an earlier release added, and what came since for each of its cells.

    Today's count is the earlier one and the growth. A growth of a few persons must not be found, as
    a small count must not; where the earlier count was hidden, the growth is not known to be small
    and is left to the bounds.

    Args:
        now: The measure so far.
        found: Its relations.
        keys: Of today's table.
        hierarchy: The dimensions.
        before: The earlier release.

    Raises:
        DataError: ``shrunk``: no earlier table of at most today's counts agrees with it.
    """
    m, k = len(now.truth), len(before.keys)
    place = {key: i for i, key in enumerate(keys)}
    pairs = [(i, place[key]) for i, key in enumerate(before.keys) if key in place]
    every = list(found)
    every += [
        Relation(one.whole + m, tuple(p + m for p in one.parts), one.distinct, one.complete)
        for one in relations(before.keys, hierarchy, now.name)
    ]
    every += [Relation(at, (m + i, m + k + j), False, True) for j, (i, at) in enumerate(pairs)]
    grown = np.zeros(len(pairs)), np.full(len(pairs), np.inf)
    system = System.of(every, m + k + len(pairs))
    try:
        truth = agreeing(
            system,
            np.concatenate([now.truth, before.low, grown[0]]),
            np.concatenate([now.truth, before.high, grown[1]]),
        )
    except DataError as error:
        raise DataError(
            f"counts of {now.name} are smaller than in an earlier release [shrunk]",
            remedy="persons left, or were corrected: withdraw the earlier one, or publish no more",
        ) from error
    sure = np.array([before.low[i] == before.high[i] for i, _ in pairs], dtype=bool)
    came = truth[m + k :]
    few = sure & (came > 0) & (came < now.threshold)
    hid = (before.low < before.high) & (before.low < now.threshold)
    needs = np.where(hid, np.nan, float(now.threshold))
    ends = [np.concatenate([before.low, grown[0]]), np.concatenate([before.high, grown[1]])]
    old = [f"an earlier {now.names[place[key]] if key in place else key}" for key in before.keys]
    return replace(
        now,
        names=(*now.names, *old, *(f"growth of {now.names[at]}" for _, at in pairs)),
        system=system,
        truth=truth,
        small=np.concatenate([now.small, hid, few]),
        need=np.concatenate([now.need, needs, np.full(len(pairs), float(now.threshold))]),
        open_low=np.concatenate([now.open_low, ends[0]]),
        open_high=np.concatenate([now.open_high, ends[1]]),
        hidden_low=np.concatenate([now.hidden_low, ends[0]]),
        hidden_high=np.concatenate([now.hidden_high, ends[1]]),
        movable=np.concatenate([now.movable, np.zeros(k + len(pairs), dtype=bool)]),
    ), every
