"""The two ends of an interval from bootstrap values: percentile and BCa."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.choices import check_level


@dataclass(frozen=True)
class Interval:
    """An interval and how it was made.

    Attributes:
        low: Lower end; NaN when no resample has a value.
        high: Upper end.
        level: Confidence level, 0 to 1.
        method: Name of the method, such as ``"percentile bootstrap over units"``.
        undefined: Resamples without a value (before strata were used, if they were).
        resamples: Resamples asked for.
    """

    low: float
    high: float
    level: float
    method: str
    undefined: int
    resamples: int


def percentiles(values: NDArray[np.float64], level: float) -> tuple[float, float]:
    """Return the central percentile interval of the values that are not NaN.

    Linear interpolation between order statistics (Hyndman and Fan type 7, NumPy's default).

    >>> percentiles(np.arange(101.0), 0.9)
    (5.0, 95.0)
    """
    check_level(level)
    known = np.sort(values[~np.isnan(values)])
    return _quantile(known, (1.0 - level) / 2.0), _quantile(known, (1.0 + level) / 2.0)


def bca(
    values: NDArray[np.float64], point: float, jackknife: NDArray[np.float64], level: float
) -> tuple[float, float]:
    """Return the bias-corrected and accelerated interval.

    Efron 1987, J Am Stat Assoc 82:171. Resamples equal to the point count half.

    Args:
        values: Bootstrap values; NaN are left out.
        point: Value on the whole set.
        jackknife: Values with one unit left out each.
        level: Confidence level.

    Returns:
        The two ends; the percentile interval where all resamples lie on one side of the point.
    """
    percentile = percentiles(values, level)
    known = np.sort(values[~np.isnan(values)])
    if len(known) == 0:
        return percentile
    below = (np.sum(known < point) + np.sum(known <= point)) / (2 * len(known))
    if not 0.0 < below < 1.0:
        return percentile
    gaps = np.nanmean(jackknife) - jackknife[~np.isnan(jackknife)]
    spread = float(np.sum(gaps**2)) ** 1.5
    acceleration = float(np.sum(gaps**3)) / (6.0 * spread) if spread > 0 else 0.0
    from scipy.special import ndtr, ndtri

    bias = float(ndtri(below))
    ends = []
    for share in ((1.0 - level) / 2.0, (1.0 + level) / 2.0):
        shifted = bias + float(ndtri(share))
        ends.append(_quantile(known, float(ndtr(bias + shifted / (1 - acceleration * shifted)))))
    return (ends[0], ends[1])


def _quantile(ordered: NDArray[np.float64], share: float) -> float:
    """Return a quantile of sorted values; NaN where there are none."""
    if len(ordered) == 0:
        return math.nan
    # Rounded, so that a place such as 2.0000000000000004 does not reach for its neighbour.
    place = round(share * (len(ordered) - 1), 9)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    step = ordered[above] - ordered[below]
    return float(ordered[below] + (place - below) * step)
