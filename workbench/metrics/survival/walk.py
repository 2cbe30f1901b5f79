"""Orders cases by time, so that those who outlast an event are the first of a walk; exact ranks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.survival.outcome import Outcome


@dataclass(frozen=True, eq=False)
class Walk:
    """Cases from the latest time to the earliest; at one time censored cases come before events.

    Attributes:
        order: Case numbers in the order of the walk, shape ``(n,)``.
        event: Whether each place of the walk has an event, shape ``(n,)``.
        new_time: Whether each place has another time than the one before, shape ``(n,)``.
    """

    order: NDArray[np.int64]
    event: NDArray[np.bool_]
    new_time: NDArray[np.bool_]

    @classmethod
    def of(cls, outcome: Outcome) -> Walk:
        """Return the walk of an outcome.

        >>> walk = Walk.of(Outcome(np.array([1.0, 1.0, 2.0]), np.array([True, False, True])))
        >>> walk.order.tolist(), walk.later.tolist(), walk.outlasting.tolist()
        ([2, 1, 0], [0, 1, 1], [0, 1, 2])
        """
        # The bits of numbers above 0 are in their order: one sort by time and event at once.
        keys = (outcome.time.view(np.uint64) << np.uint64(1)) | ~outcome.event
        order = np.argsort(keys)[::-1]
        time = outcome.time[order]
        return cls(order, outcome.event[order], np.append(True, time[1:] != time[:-1]))

    @cached_property
    def new_kind(self) -> NDArray[np.bool_]:
        """Whether each place differs from the one before in time or event."""
        return np.asarray(self.new_time | np.append(False, self.event[1:] != self.event[:-1]))

    @cached_property
    def later(self) -> NDArray[np.int64]:
        """How many cases have a later time than each place."""
        return _starts(self.new_time)

    @cached_property
    def outlasting(self) -> NDArray[np.int64]:
        """At an event: how many cases have a later time, or are censored at the same."""
        return _starts(self.new_kind)

    @cached_property
    def reached(self) -> NDArray[np.int64]:
        """At an event: how many cases have the same time or a later one, all events included."""
        return _ends(self.new_kind)

    def preceded(self, same_time: bool) -> NDArray[np.int64]:
        """Return how many cases, walking back from the earliest, come before each place.

        Args:
            same_time: Whether the events of the same time come before a censored case.
        """
        ends = _ends(self.new_time)
        if same_time:
            ends = np.where(self.event, ends, _ends(self.new_kind))
        return np.asarray(len(ends) - ends)


def _starts(new: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return where the group of each place begins."""
    return np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))


def _ends(new: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the place after the group of each place."""
    ends = np.append(np.flatnonzero(new)[1:], len(new))
    return np.asarray(ends[np.cumsum(new) - 1])


def exact_ranks(values: NDArray[np.float64]) -> tuple[NDArray[np.int64], int]:
    """Return the rank of each value, equal only for equal values, and how many ranks there are.

    >>> exact_ranks(np.array([3e-9, 1e-9, 3e-9]))
    (array([1, 0, 1]), 2)
    """
    order = np.argsort(values)
    ordered = values[order]
    rises = np.append(0, ordered[1:] != ordered[:-1])
    ranks = np.empty(len(values), dtype=np.int64)
    ranks[order] = np.cumsum(rises)
    return ranks, int(rises.sum()) + 1
