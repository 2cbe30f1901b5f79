"""When chemotherapy starts, if it does: a bell-shaped rate over 105 days, highest at day 52."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WINDOW_DAYS = 105.0
_GRID = np.linspace(0.0, 1.0, 1201)


def _share(place: Floats) -> Floats:
    """Return the integral of 30 x^2 (1 - x)^2 from 0 to ``place``."""
    return np.asarray(place**3 * (10 - 15 * place + 6 * place**2))


def share_of_window(day: Floats) -> Floats:
    """Return the share of the whole rate that is spent by a day: 0.98 by day 90.

    >>> share_of_window(np.array([0.0, 52.5, 90.0, 105.0, np.inf])).round(3).tolist()
    [0.0, 0.5, 0.977, 1.0, 1.0]
    """
    return _share(np.clip(np.minimum(day, WINDOW_DAYS) / WINDOW_DAYS, 0, 1))


def reached(share: Floats) -> Floats:
    """Return the day a share of the rate is spent; infinite where it is 1 or more.

    >>> reached(np.array([0.5, 1.2])).tolist()
    [52.5, inf]
    """
    day = WINDOW_DAYS * np.interp(share, _share(_GRID), _GRID)
    return np.where(share < 1, day, np.inf)
