"""Where fits of nearly the same rows begin: folds and resamples of one cohort."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Starts:
    """Coefficients at which the last fit of each model ended.

    A fit that begins there needs half the steps, and ends at the same maximum.

    >>> starts = Starts()
    >>> starts.keep("event", ("age",), np.array([0.5]))
    >>> starts.of("event", ("age",)), starts.of("event", ("age", "size"))
    (array([0.5]), None)
    """

    def __init__(self) -> None:
        """Begin without any fit."""
        self._last: dict[tuple[str, tuple[str, ...]], NDArray[np.float64]] = {}

    def of(self, what: str, columns: tuple[str, ...]) -> NDArray[np.float64] | None:
        """Return where to begin a model on these columns, if one has been fitted."""
        return self._last.get((what, columns))

    def keep(self, what: str, columns: tuple[str, ...], found: NDArray[np.float64]) -> None:
        """Remember where a fit ended."""
        self._last[what, columns] = found
