"""Who is at risk at each time of an event: sums over risk sets without forming any of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.cox_data import CoxData

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_PART = 4096  # rows


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Rows by stratum and time, and the K distinct times of events within strata.

    A row is at risk at times in ``(entry, time]``. A sum over a risk set is the sum over all rows
    that end at or after its time less the sum over those that enter at or after it, both read
    from running sums.

    Attributes:
        order: Places in the data of the rows, by stratum and rising time, ``(n,)``.
        x: Covariates of these rows less ``means``, column-major, ``(n, p)``.
        means: Weighted means of the covariates, ``(p,)``.
        weight: Case weights, ``(n,)``.
        offset: Offsets less ``offset_mean``, ``(n,)``.
        offset_mean: Weighted mean of the offsets.
        event_rows: Rows that end with the event, rising.
        group: Number of the event time of each of them.
        group_starts: Where each event time starts among ``event_rows``, ``(K,)``.
        times: Event times, rising within strata, ``(K,)``.
        strata: Stratum of each event time, ``(K,)``.
        first: First row that ends at or after each event time, ``(K,)``.
        entry_order: Rows by stratum and rising entry; None where nobody enters late.
        beyond: Place among ``entry_order`` (or the rows) from which none is at risk yet, ``(K,)``.
        after: Number of event times up to each row's end, strata before included, ``(n,)``.
        before: The same up to each row's entry, ``(n,)``.
    """

    walks: ClassVar[bool] = True  # the running sums are all there is to a risk set

    order: Ints
    x: Floats
    means: Floats
    weight: Floats
    offset: Floats
    offset_mean: float
    event_rows: Ints
    group: Ints
    group_starts: Ints
    times: Floats
    strata: Ints
    first: Ints
    entry_order: Ints | None
    beyond: Ints
    after: Ints
    before: Ints

    def at_risk(self, values: Floats) -> Floats:
        """Return the sum of a value over those at risk at each event time, ``(K,)``."""
        sums = _suffix_sums(values)
        if self.entry_order is None:
            return np.asarray(sums[self.first] - sums[self.beyond])
        return np.asarray(sums[self.first] - _suffix_sums(values[self.entry_order])[self.beyond])

    def at_events(self, values: Floats) -> Floats:
        """Return the sum of the event rows' values at each event time, ``(K, ...)``."""
        return np.asarray(np.add.reduceat(values, self.group_starts, axis=0))

    def over_follow_up(self, steps: Floats) -> Floats:
        """Return the sum of a step function's steps while each row is at risk, ``(n, ...)``."""
        sums = np.concatenate([np.zeros((1, *steps.shape[1:])), np.cumsum(steps, axis=0)])
        return np.asarray(sums[self.after] - sums[self.before])

    @cached_property
    def event_weight(self) -> Floats:
        """Total weight of the events at each event time, ``(K,)``."""
        return self.at_events(self.weight[self.event_rows])

    @cached_property
    def events(self) -> Ints:
        """Number of events at each event time, ``(K,)``."""
        return np.diff(np.append(self.group_starts, len(self.event_rows)))

    @cached_property
    def spread(self) -> Floats:
        """Range of each covariate, ``(p,)``."""
        return np.asarray(np.ptp(self.x, axis=0))


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
    if data.entry is None:
        entry_order = None
        beyond = np.searchsorted(stratum, np.arange(n_strata), side="right")[strata]
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


def _suffix_sums(values: Floats) -> Floats:
    """Return the sums from each place to the end, with a 0 behind, ``(n + 1,)``."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values[::-1], out=sums[-2::-1])
    return sums
