"""A smooth line through residuals over time, as R ``plot.cox.zph`` draws it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtri

from workbench.errors import DataError
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_level, check_whole
from workbench.metrics.survival.smooth_calibration import spline


def smooth_over_time(
    times: ArrayLike,
    residuals: ArrayLike,
    *,
    variance: float | None = None,
    points: int = 40,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return a restricted cubic spline (4 knots) through residuals, with a pointwise band.

    Args:
        times: Time of each event, on the scale of the test, ``(m,)``.
        residuals: Scaled Schoenfeld residuals with the coefficient added, ``(m,)``.
        variance: Variance of one residual, such as the number of events times the variance of the
            coefficient (R's choice); by default that of the residuals around the line.
        points: Points of the line, evenly spaced.
        level: Of the band.

    Returns:
        Columns ``time, value, low, high``.

    Raises:
        DataError: Unequal lengths, NaN, or fewer than 10 events.

    >>> t = np.linspace(1, 9, 50)
    >>> smooth_over_time(t, 2 * t, points=3)["value"].round(6).tolist()
    [2.0, 10.0, 18.0]
    """
    check_level(level)
    check_whole("points", points, 2)
    x, y = numbers(times, "times"), numbers(residuals, "residuals")
    if x.ndim != 1 or x.shape != y.shape or not (np.isfinite(x).all() and np.isfinite(y).all()):
        raise DataError(f"times {x.shape} and residuals {y.shape} must be one number an event each")
    if len(x) < 10:
        raise DataError(f"a smooth line needs at least 10 events, got {len(x)} [too-few]")
    at = np.linspace(x.min(), x.max(), points)
    design, wanted = spline(x), spline(x, at)
    inverse = np.linalg.pinv(design.T @ design, hermitian=True)
    coefficients = inverse @ design.T @ y
    if variance is None:
        left = y - design @ coefficients
        variance = float(left @ left) / max(len(y) - design.shape[1], 1)
    value = wanted @ coefficients
    spread = np.sqrt(variance * np.einsum("ij,jk,ik->i", wanted, inverse, wanted))
    reach = float(ndtri((1 + level) / 2)) * spread
    return pd.DataFrame({"time": at, "value": value, "low": value - reach, "high": value + reach})
