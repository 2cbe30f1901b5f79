"""Intervals of a probability from its standard error: on which scale they are made."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from workbench.metrics.choices import check_choice, check_level

Scale = Literal["log-log", "log", "plain"]
SCALES: dict[Scale, str] = {
    "log-log": "normal on the scale log(-log p)",
    "log": "normal on the scale log p, cut at 1",
    "plain": "normal, cut at 0 and 1",
}


def probability_interval(
    value: NDArray[np.float64],
    standard_error: NDArray[np.float64],
    scale: Scale = "log-log",
    level: float = 0.95,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return lower and upper ends, as R ``survfit(conf.type = ...)``.

    Args:
        value: Probabilities, any shape.
        standard_error: Theirs, same shape.
        scale: On which scale the interval is symmetric.
        level: Confidence level.

    Returns:
        Two arrays; NaN where the value is 0 or 1 and the scale has none.

    >>> low, high = probability_interval(np.array([0.5, 1.0]), np.array([0.1, 0.0]))
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([0.295, nan], [0.675, nan])
    """
    check_choice("interval", "scale", scale, SCALES)
    check_level(level)
    reach = float(ndtri((1.0 + level) / 2.0)) * standard_error
    if scale == "plain":
        return np.maximum(value - reach, 0.0), np.minimum(value + reach, 1.0)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        logs = np.log(value)
        if scale == "log":
            ends = value * np.exp(-reach / value), np.minimum(value * np.exp(reach / value), 1.0)
        else:
            shift = reach / (value * logs)  # negative: logs are
            ends = value ** np.exp(-shift), value ** np.exp(shift)
    inner = (value > 0.0) & ((value < 1.0) if scale == "log-log" else True)
    low, high = (np.where(inner & np.isfinite(standard_error), end, np.nan) for end in ends)
    return low, high
