"""Puts rows in the order of their strata and times, which risk sets are read from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.cox_data import CoxData
from workbench.methods.survival.risk_sets import RiskSets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_PART = 4096  # rows


def risk_sets(data: CoxData) -> RiskSets:
    """Return the risk sets of checked rows."""
    order = np.lexsort((data.time, data.stratum))
    time, stratum = data.time[order], data.stratum[order]
    new = np.ones(len(order), dtype=bool)
    new[1:] = (np.diff(time) != 0) | (np.diff(stratum) != 0)
    starts = np.flatnonzero(new)
    span = np.cumsum(new) - 1  # which distinct time each row ends at
    event_rows = np.flatnonzero(data.event[order])
    has_event = np.zeros(len(starts), dtype=bool)
    has_event[span[event_rows]] = True
    number = np.cumsum(has_event)
    first = starts[has_event]
    group = number[span[event_rows]] - 1
    times, strata = time[first], stratum[first]
    n_strata = len(data.strata)
    ends = np.searchsorted(stratum, np.arange(n_strata), side="right")[strata]
    if data.entry is None:
        entry_order, beyond = None, ends
        before = np.searchsorted(strata, np.arange(n_strata))[stratum]
    else:
        entry = data.entry[order]
        entry_order = np.lexsort((entry, stratum))
        before, beyond = _places(strata, times, stratum, entry, entry_order)
    weight = data.weight[order]
    total = float(weight.sum())
    means = data.weight @ data.design / total
    offset_mean = float(data.weight @ data.offset) / total
    return RiskSets(
        order=order,
        x=_centred(data.design, means, order),
        means=means,
        weight=weight,
        offset=data.offset[order] - offset_mean,
        offset_mean=offset_mean,
        event_rows=event_rows,
        group=group,
        group_starts=np.flatnonzero(np.diff(group, prepend=-1)),
        times=times,
        strata=strata,
        row_strata=stratum if n_strata > 1 else None,
        ends=ends,
        first=first,
        entry_order=entry_order,
        beyond=beyond,
        after=number[span],
        before=before,
    )


def _places(
    strata: Ints, times: Floats, stratum: Ints, entry: Floats, entry_order: Ints
) -> tuple[Ints, Ints]:
    """Return the event times at or before each entry, and the entries before each event time."""
    n_times, n = len(times), len(entry)
    # An event time goes before entries of the same time: who enters then is not at risk yet.
    both = np.lexsort(
        (
            np.repeat([0, 1], [n_times, n]),
            np.concatenate([times, entry]),
            np.concatenate([strata, stratum]),
        )
    )
    is_time = both < n_times
    passed = np.cumsum(is_time)
    before = np.empty(n, dtype=np.int64)
    before[both[~is_time] - n_times] = passed[~is_time]
    beyond = np.empty(n_times, dtype=np.int64)
    beyond[both[is_time]] = np.flatnonzero(is_time) - np.arange(n_times)
    return before, beyond


def _centred(design: Floats, means: Floats, order: Ints) -> Floats:
    """Return the rows less the means in an order, column-major, by parts that fit a cache."""
    x = np.empty(design.shape, order="F")
    for start in range(0, len(order), _PART):
        part = slice(start, start + _PART)
        np.subtract(design[order[part]], means, out=x[part])
    return x
