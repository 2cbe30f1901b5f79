"""Who is at risk at each time of an event: sums over risk sets without forming any of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Rows by stratum and time, and the K distinct times of events within strata.

    A row is at risk at times in ``(entry, time]``. A sum over a risk set is the sum over all rows
    that end at or after its time less the sum over those that enter at or after it, both read
    from running sums. These run over all strata, each brought to one size: a stratum of large
    risks would drown the digits of a small one.

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
        row_strata: Stratum of each row, ``(n,)``; None where there is one.
        ends: Where the rows of each event time's stratum end, ``(K,)``.
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
    row_strata: Ints | None
    ends: Ints
    first: Ints
    entry_order: Ints | None
    beyond: Ints
    after: Ints
    before: Ints

    def at_risk(self, values: Floats) -> Floats:
        """Return the sum of a value over those at risk at each event time, ``(K,)``."""
        if self.row_strata is not None:
            size = np.bincount(self.row_strata, np.abs(values))
            size[size == 0] = 1.0
            return self._at_risk(values / size[self.row_strata]) * size[self.strata]
        return self._at_risk(values)

    def _at_risk(self, values: Floats) -> Floats:
        """Return the sums over risk sets of values that are of one size in all strata."""
        sums = _suffix_sums(values)
        if self.entry_order is None:
            return np.asarray(sums[self.first] - sums[self.beyond])
        return np.asarray(sums[self.first] - _suffix_sums(values[self.entry_order])[self.beyond])

    def at_events(self, values: Floats) -> Floats:
        """Return the sum of the event rows' values at each event time, ``(K, ...)``."""
        return np.asarray(np.add.reduceat(values, self.group_starts, axis=0))

    def over_follow_up(self, steps: Floats) -> Floats:
        """Return the sum of a step function's steps while each row is at risk, ``(n, ...)``."""
        if self.row_strata is not None:
            shape = (-1, *[1] * (steps.ndim - 1))
            each = np.abs(steps).reshape(len(steps), -1).max(axis=1, initial=0.0)
            size = np.bincount(self.strata, each, self.row_strata[-1] + 1)
            size[size == 0] = 1.0
            met = self._over_follow_up(steps / size[self.strata].reshape(shape))
            return np.asarray(met * size[self.row_strata].reshape(shape))
        return self._over_follow_up(steps)

    def _over_follow_up(self, steps: Floats) -> Floats:
        """Return the sums over follow-up of steps that are of one size in all strata."""
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


def _suffix_sums(values: Floats) -> Floats:
    """Return the sums from each place to the end, with a 0 behind, ``(n + 1,)``."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values[::-1], out=sums[-2::-1])
    return sums
