"""When chemotherapy starts, if it does: a bell-shaped rate over a window, highest in its middle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
WINDOW_DAYS = {"adjuvant": 105.0, "neoadjuvant": 75.0}
_GRID = np.linspace(0.0, 1.0, 1201)


def _share(place: Floats) -> Floats:
    """Return the integral of 30 x^2 (1 - x)^2 from 0 to ``place``."""
    return np.asarray(place**3 * (10 - 15 * place + 6 * place**2))


def share_of_window(day: Floats, window: float) -> Floats:
    """Return the share of the whole rate that is spent by a day: 0.98 by day 90 of 105.

    >>> share_of_window(np.array([0.0, 52.5, 90.0, 105.0, np.inf]), 105.0).round(3).tolist()
    [0.0, 0.5, 0.977, 1.0, 1.0]
    """
    return _share(np.clip(np.minimum(day, window) / window, 0, 1))


def reached(share: Floats, window: float) -> Floats:
    """Return the day a share of the rate is spent; infinite where it is 1 or more.

    >>> reached(np.array([0.5, 1.2]), 105.0).tolist()
    [52.5, inf]
    """
    day = window * np.interp(share, _share(_GRID), _GRID)
    return np.where(share < 1, day, np.inf)
