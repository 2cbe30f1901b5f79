"""The grid of person-time: intervals of equal width from time zero to the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

# Up to this many intervals each has its own level; a spline would save nothing.
_MOST_LEVELS = 6


@dataclass(frozen=True)
class Grid:
    """Intervals ``(0, w], (w, 2w] ...``; the last ends at the horizon.

    A day on a border belongs to the interval that it ends: "within 90 days" is day 90 and before.
    Day 0 belongs to the first interval.

    Attributes:
        width: Of an interval, in days.
        horizon: Last day that counts.
    """

    width: float
    horizon: float

    @cached_property
    def edges(self) -> NDArray[np.float64]:
        """Borders in days, shape ``(K + 1,)``."""
        count = int(np.ceil(self.horizon / self.width))
        return np.append(np.arange(count) * self.width, self.horizon)

    def __len__(self) -> int:
        """Number of intervals K."""
        return len(self.edges) - 1

    def of(self, days: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the interval of each day, ``0 .. K-1``; days beyond the horizon get the last.

        >>> Grid(30.0, 100.0).of(np.array([0.0, 30.0, 30.5, 90.0, 99.0, 500.0])).tolist()
        [0, 0, 1, 2, 3, 3]
        """
        place = np.searchsorted(self.edges, days, side="left") - 1
        return np.clip(place, 0, len(self) - 1)

    def share(self, days: NDArray[np.float64], place: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the part of an interval that has passed by a day of it, ``0 .. 1``."""
        low, high = self.edges[place], self.edges[place + 1]
        return np.clip((days - low) / (high - low), 0.0, 1.0)


def time_terms(
    count: int, event_places: NDArray[np.int64], how: str
) -> tuple[NDArray[np.float64], list[str], NDArray[np.bool_]]:
    """Return columns that let a hazard change with time, without the column of ones.

    Args:
        count: Number of intervals K of the model.
        event_places: Interval of each event, for the knots.
        how: ``spline3`` (natural cubic spline, 4 knots at the 5th, 35th, 65th and 95th percentile
            of events) or ``intervals``; few intervals always get one level each.

    Returns:
        Columns ``(K, m)``, their names, and which intervals take part, ``(K,)``: with one level an
        interval, one without any event has hazard 0 and no level.
    """
    seen = np.bincount(event_places, minlength=count)[:count] > 0
    if how == "intervals" or count <= _MOST_LEVELS:
        levels = np.flatnonzero(seen)[1:]
        columns = (np.arange(count)[:, None] == levels).astype(np.float64)
        return columns, [f"interval {k}" for k in levels], seen
    middle = (np.arange(count) + 0.5) / count
    knots = np.quantile(middle[event_places], [0.05, 0.35, 0.65, 0.95])
    if np.diff(knots).min() <= 0.5 / count:
        knots = np.linspace(middle[0], middle[-1], 4)
    return _natural(middle, knots), [f"time {k}" for k in range(3)], np.ones(count, dtype=np.bool_)


def _natural(x: NDArray[np.float64], knots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a natural cubic spline's basis: x, and two terms that are straight beyond the knots.

    Harrell 2015, Regression Modeling Strategies, section 2.4.5.
    """

    def cube(at: float) -> NDArray[np.float64]:
        return np.maximum(x - at, 0.0) ** 3

    last, before = knots[-1], knots[-2]
    terms = [
        (
            cube(k)
            - cube(before) * (last - k) / (last - before)
            + cube(last) * (before - k) / (last - before)
        )
        / (last - knots[0]) ** 2
        for k in knots[:-2]
    ]
    return np.column_stack([x, *terms])
