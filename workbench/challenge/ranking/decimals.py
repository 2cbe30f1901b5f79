"""Finds the decimal numbers that floats were written as, so that their sums tie exactly.

In floats 0.1 + 0.7 is not 0.4 + 0.4. Values that all have few decimals (a count divided by ten, a
table typed from a paper) are turned into whole numbers; equal means, medians and differences are
then equal to the bit.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_DECIMALS = 9
_SAMPLE = 64
# A sum of n whole numbers must stay exact, with room for weights above one.
_ROOM = 64


def whole_numbers(values: NDArray[np.float64]) -> tuple[NDArray[Any], int]:
    """Return whole numbers and the power of ten that divides them; otherwise the values and 1.

    Args:
        values: Any shape; NaN counts as 0.

    Returns:
        int64 and a power of ten where every value is a decimal number of at most nine places and
        sums stay exact; float64 and 1 elsewhere.

    >>> whole_numbers(np.array([0.1, 0.75]))
    (array([10, 75]), 100)
    >>> whole_numbers(np.array([1 / 3]))[1]
    1
    """
    filled = np.nan_to_num(values, nan=0.0)
    peak = float(np.max(np.abs(filled), initial=0.0))
    sample = filled.ravel()[:: max(1, filled.size // _SAMPLE)]
    for decimals in range(_MOST_DECIMALS + 1):
        scale = 10**decimals
        if peak * scale * max(filled.size, 1) * _ROOM >= 2.0**53:
            break
        if _are_whole(sample, scale) and _are_whole(filled, scale):
            return np.rint(filled * scale).astype(np.int64), scale
    return filled, 1


def _are_whole(values: NDArray[np.float64], scale: int) -> bool:
    """Return whether every value is the float nearest to a whole number over ``scale``."""
    return bool(np.all(np.rint(values * scale) / scale == values))
