"""How much the best of several submissions overstates, because it was chosen for its score."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from workbench.errors import DataError, UsageError
from workbench.metrics.base import Direction


@lru_cache(maxsize=256)
def expected_maximum(k: int) -> float:
    """Return the expected largest of k independent standard normal numbers.

    Raises:
        UsageError: k is below 1.

    >>> [round(expected_maximum(k), 4) for k in (1, 2, 10, 100)]
    [0.0, 0.5642, 1.5388, 2.5076]
    """
    if k < 1:
        raise UsageError(f"the best of k needs k of at least 1, got {k}")
    places = np.arange(-12_000, 12_001) / 1000
    below = ndtr(places) ** k
    # The mean is the area above the distribution function right of 0, less that below it left.
    return float(np.trapezoid(np.heaviside(places, 0.5) - below, places)) if k > 1 else 0.0


def selection_optimism(k: int, standard_error: float) -> float:
    """Return by how much the best of k equally good submissions overstates its own score.

    What all share (an easy or a hard set of cases) does not choose; what is left of each is
    ``standard_error / sqrt(2)``.

    Args:
        k: Number of submissions.
        standard_error: Of the paired difference between two of them, as :func:`smallest_difference
            <workbench.metrics.power.smallest_difference>` takes it.

    Raises:
        UsageError: k below 1, or a standard error that is negative or not finite.

    >>> round(selection_optimism(100, 0.01), 4)
    0.0177
    """
    if standard_error < 0 or not math.isfinite(standard_error):
        raise UsageError(f"the standard error is not negative, got {standard_error}")
    return expected_maximum(k) * standard_error / math.sqrt(2)


def resampled_optimism(
    points: ArrayLike, values: ArrayLike, *, direction: Direction, target: float = math.nan
) -> float:
    """Return by how much the best of k submissions overstates, from their stored resamples.

    In each resample the best is chosen and held against its own value on the whole set; the mean
    excess of the chosen, less that of all, is what choosing adds. The submissions need not be
    equally good: where one is far ahead, choosing adds nothing.

    Args:
        points: Score of each submission, shape ``(k,)``.
        values: The same on the same resamples, shape ``(k, B)``; resamples in which one is
            undefined (NaN) are left out.
        direction: Which scores are better.
        target: The right score where the direction is ``target``.

    Returns:
        The optimism in units of the metric, not negative; 0 for one submission.

    Raises:
        DataError: Shapes that do not fit, or no resample in which all have a score.

    >>> resampled_optimism([0.8, 0.8], [[0.7, 0.9], [0.9, 0.7]], direction="maximize")
    0.1
    """
    own, table = np.asarray(points, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if own.ndim != 1 or table.ndim != 2 or len(table) != len(own) or not len(own):
        raise DataError(f"needs (k,) points and (k, B) values, got {own.shape} and {table.shape}")
    table = table[:, ~np.isnan(table).any(axis=0)]
    if not table.shape[1]:
        raise DataError("there is no resample in which all submissions have a score")
    if direction == "target":
        own, table = -np.abs(own - target), -np.abs(table - target)
    elif direction == "minimize":
        own, table = -own, -table
    excess = table - own[:, None]
    chosen = table.argmax(axis=0)
    added = excess[chosen, np.arange(table.shape[1])].mean() - excess.mean()
    return round(max(0.0, float(added)), 12)
