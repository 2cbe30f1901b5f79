"""Times of events from hazards that are constant between each person's own breaks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def event_days(breaks: Floats, hazards: Floats, exposure: Floats) -> Floats:
    """Return the day at which each person's cumulative hazard reaches ``exposure``.

    Args:
        breaks: Days, rising in each row, the first 0, ``(n, K)``.
        hazards: Hazard a day from each break to the next, the last one for ever, ``(n, K)``.
        exposure: Standard exponential draws, ``(n,)``; the same draws under two strategies make
            their times comparable person by person.

    >>> event_days(np.array([[0.0, 10.0]]), np.array([[0.1, 0.2]]), np.array([1.5]))
    array([12.5])
    """
    reached = cumulative(breaks, hazards)
    segment = (reached <= exposure[:, None]).sum(axis=1) - 1
    rows = np.arange(len(breaks))
    with np.errstate(divide="ignore", invalid="ignore"):
        more = (exposure - reached[rows, segment]) / hazards[rows, segment]
    return np.asarray(breaks[rows, segment] + np.where(np.isnan(more), np.inf, more))


def cumulative(breaks: Floats, hazards: Floats) -> Floats:
    """Return the cumulative hazard at each break, ``(n, K)``; infinite breaks add nothing."""
    ends = np.minimum(breaks, 1e7)
    steps = np.diff(ends, axis=1) * hazards[:, :-1]
    return np.concatenate([np.zeros((len(breaks), 1)), np.cumsum(steps, axis=1)], axis=1)
