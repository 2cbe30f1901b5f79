"""Who is at risk at each time of an event: sums over risk sets without forming any of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
_ROWS_A_TIME = 8  # rows for each time of an event, from which on work by times is the less


@dataclass(frozen=True, eq=False)
class RiskSets:
    """Rows by stratum and time, and the K distinct times of events within strata.

    A row is at risk at times in ``(entry, time]``. A sum over a risk set is the sum over all rows
    that end at or after its time less the sum over those that enter at or after it, both read
    from running sums. These run over all strata, each brought to one size: a stratum of large
    risks would drown the digits of a small one.

    Attributes:
        order: Places in the data of the rows, by stratum and rising time, events first among those
            of one time, ``(n,)``.
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
        """Return the sum of a value over those at risk at each event time, ``(K,)``.

        Where ``by_times``, values may have columns, ``(n, c)``.
        """
        if self.row_strata is not None:
            size = np.bincount(self.row_strata, np.abs(values))
            size[size == 0] = 1.0
            return self._at_risk(values / size[self.row_strata]) * size[self.strata]
        return self._at_risk(values)

    def _at_risk(self, values: Floats) -> Floats:
        """Return the sums over risk sets of values that are of one size in all strata."""
        if self.by_times:
            return _from_last(np.add.reduceat(values, self.first, axis=0))
        sums = _suffix_sums(values)
        if self.entry_order is None:
            return np.asarray(sums[self.first] - sums[self.beyond])
        return np.asarray(sums[self.first] - _suffix_sums(values[self.entry_order])[self.beyond])

    def at_events(self, values: Floats) -> Floats:
        """Return the sum of a value of every row, ``(n,)``, over the events of each time, ``(K,)``.

        Events come first among the rows of a time: what ends and what follows them is read in one
        pass, without taking them out.
        """
        return np.asarray(np.add.reduceat(values, self._event_borders)[::2])

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
        met = sums[self.after]
        if self.entry_order is not None or self.row_strata is not None:
            met -= sums[self.before]
        return np.asarray(met)

    def at_risk_and_events(self, values: Floats) -> tuple[Floats, Floats]:
        """Return the sums over those at risk and over those with the event, as ``at_risk``."""
        if not self.by_times:
            return self.at_risk(values), self.at_events(values)
        parts = np.zeros((2 * len(self.times), *values.shape[1:]), order="F")
        borders = self._event_borders
        parts[: len(borders)] = np.add.reduceat(values, borders, axis=0)
        parts[1::2][self._nobody_lost] = 0.0
        return _from_last(parts[::2] + parts[1::2]), parts[::2]

    @property
    def few_times(self) -> bool:
        """Whether many rows share each event time, as where time is counted in days."""
        return len(self.weight) >= _ROWS_A_TIME * len(self.times)

    @property
    def by_times(self) -> bool:
        """Whether rows may be added up by event times, before any running sum."""
        alike = self.entry_order is None and self.row_strata is None
        return self.walks and alike and self.few_times

    @cached_property
    def _nobody_lost(self) -> NDArray[np.bool_]:
        """Whether no row ends without the event from each event time to the next, ``(K,)``."""
        return np.asarray(self.first + self.events == np.append(self.first[1:], len(self.weight)))

    @cached_property
    def _event_borders(self) -> Ints:
        """Where the events of each time start and where they end, in turns, within the rows."""
        borders = np.repeat(self.first, 2)
        borders[1::2] += self.events
        return borders[:-1] if borders[-1] == len(self.weight) else borders

    @cached_property
    def event_weight(self) -> Floats:
        """Total weight of the events at each event time, ``(K,)``."""
        return self.at_events(self.weight)

    @cached_property
    def events(self) -> Ints:
        """Number of events at each event time, ``(K,)``."""
        return np.diff(np.append(self.group_starts, len(self.event_rows)))

    @cached_property
    def tied(self) -> Ints:
        """Event times with more than one event."""
        return np.flatnonzero(self.events > 1)

    @cached_property
    def gone(self) -> Floats:
        """Share of the events of its time that went before, of each event of a tied time."""
        count = self.events[self.tied]
        starts = np.cumsum(count) - count
        return (np.arange(count.sum()) - np.repeat(starts, count)) / np.repeat(count, count)

    @cached_property
    def spread(self) -> Floats:
        """Range of each covariate, ``(p,)``."""
        return np.asarray(np.ptp(self.x, axis=0))


def _from_last(values: Floats) -> Floats:
    """Return the sums from each place to the end, as the values."""
    return np.asarray(np.cumsum(values[::-1], axis=0)[::-1])


def _suffix_sums(values: Floats) -> Floats:
    """Return the sums from each place to the end, with a 0 behind, ``(n + 1,)``."""
    sums = np.zeros(len(values) + 1)
    np.cumsum(values[::-1], out=sums[-2::-1])
    return sums
