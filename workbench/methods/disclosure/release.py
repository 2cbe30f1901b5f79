"""Attacks a table that was released, with nothing but what it prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from workbench.methods.disclosure.attacker import Known, agreeing, bounds
from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.earlier import Earlier, shown
from workbench.methods.disclosure.relations import relations
from workbench.methods.disclosure.system import System
from workbench.metrics.choices import check_whole


def attack(
    release: pd.DataFrame,
    hierarchy: Mapping[str, Dimension],
    *,
    measures: Sequence[str],
    threshold: int = 11,
    least: int = 0,
) -> pd.DataFrame:
    """Return what a reader finds of each hidden count of a release, own or foreign.

    Args:
        release: Dimensions and measures, missing where hidden. Columns such as ``<measure>_low``
            are not looked at.
        hierarchy: The columns that tell cells apart, with how their values add up.
        measures: Counts of persons.
        threshold: Bounds less far apart are marked.
        least: Least value of a hidden count: 1 where counts of 0 are never hidden.

    Returns:
        The keys, ``measure, low, high`` and ``finding``: ``found`` (one value is left), ``near``
        (bounds less than the threshold apart and below it) or nothing.

    Raises:
        DataError: Columns are missing, keys are wrong, or no table agrees (``contradiction``).

    >>> from workbench.methods.disclosure.dimension import additive
    >>> release = pd.DataFrame({"sex": ["F", "M", "all"], "cases": [None, 96, 100]})
    >>> found = attack(release, {"sex": additive("FM")}, measures=["cases"])
    >>> found[["low", "finding"]].values.tolist()
    [[4.0, 'found']]
    """
    check_whole("least", least, 0)
    parts = []
    for measure in measures:
        plain = release[[name for name in (*hierarchy, measure) if name in release]]
        given = shown(Earlier(plain, "same"), hierarchy, measure)
        hidden = given.low < given.high
        low = np.where(hidden, float(least), given.low)
        system = System.of(relations(given.keys, hierarchy, measure), len(given.keys))
        near = agreeing(system, low, given.high)
        where = np.flatnonzero(hidden)
        ends = bounds(Known(system, low, given.high, near), where)
        keys = pd.DataFrame([given.keys[i] for i in where], columns=list(hierarchy))
        parts.append(keys.assign(measure=measure, low=ends[0], high=ends[1]))
    found = pd.concat(parts, ignore_index=True)
    close = (found["high"] - found["low"] < threshold) & (found["low"] < threshold)
    exact = found["low"] == found["high"]
    return found.assign(finding=np.where(exact, "found", np.where(close, "near", "")))
