"""Brier score over time, with its interval and the null model beside it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench.metrics.survival.base import null_curve
from workbench.metrics.survival.brier_error import brier_estimate
from workbench.metrics.survival.curves import checked_curves, checked_times
from workbench.metrics.survival.outcome import checked_outcome


def brier_table(
    truth: ArrayLike,
    prediction: ArrayLike,
    times: ArrayLike,
    *,
    units: ArrayLike | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the Brier score at each time, its interval, and that of the Kaplan-Meier curve.

    Args:
        truth: Time and event, shape ``(n, 2)``.
        prediction: Predicted survival, shape ``(n, K)``.
        times: Rising times, shape ``(K,)``; someone must be followed beyond the last.
        units: Patient of each case; without it each case is one of its own.
        level: Level of the interval, from the influence function.

    Returns:
        One row a time: ``time, brier, low, high, null, ipa``; ``null`` is the score of the
        Kaplan-Meier curve of these cases, ``ipa`` one minus the score over it (NaN without events).

    Raises:
        DataError: Broken input.

    >>> table = brier_table([[1, 1], [2, 0], [3, 1], [4, 0]], [[0.2], [0.5], [0.6], [1.0]], [2.0])
    >>> table[["brier", "null", "ipa"]].round(4).values.tolist()
    [[0.07, 0.1875, 0.6267]]
    """
    points = checked_times(times)
    outcome = checked_outcome(truth)
    curves = checked_curves(prediction, points, len(outcome))
    null = null_curve(outcome, points)
    rows = []
    for time, predicted, constant in zip(points, curves.T, null, strict=True):
        found = brier_estimate(truth, predicted, time, units)
        floor = brier_estimate(truth, np.full(len(outcome), constant), time).value
        low, high = found.interval(level)
        ipa = 1.0 - found.value / floor if floor > 0 else np.nan
        rows.append((time, found.value, low, high, floor, ipa))
    return pd.DataFrame(rows, columns=["time", "brier", "low", "high", "null", "ipa"])
