"""Which of many times a page looks at more closely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

MOST = 3


def horizons_of(times: Sequence[float], most: int = MOST) -> list[float]:
    """Return at most so many of the times, evenly taken, the last among them.

    >>> horizons_of([182, 365, 730, 1095, 1461, 1826]), horizons_of([365.0])
    ([730, 1095, 1826], [365.0])
    """
    places = np.linspace(0, len(times) - 1, most + 1)[1:].round().astype(int)
    return [times[place] for place in dict.fromkeys(places.tolist())] if len(times) else []
