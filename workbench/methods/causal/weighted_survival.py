"""Weighted Kaplan-Meier of one arm at a horizon, and its derivative in each person's weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.outcome import Outcome


@dataclass(frozen=True, eq=False)
class ArmCurve:
    """Survival of one arm.

    Attributes:
        survival: At the days asked for, shape ``(k,)``.
        mean: Days lived until the horizon (RMST).
        survival_slope: Derivative of ``survival`` in each weight, ``(n, k)``; 0 outside the arm.
        mean_slope: Derivative of ``mean``, ``(n,)``.
        at_risk: Persons (not weights) under observation at each day, ``(k,)``.
    """

    survival: NDArray[np.float64]
    mean: float
    survival_slope: NDArray[np.float64]
    mean_slope: NDArray[np.float64]
    at_risk: NDArray[np.int64]


def arm_curve(
    outcome: Outcome,
    weights: NDArray[np.float64],
    arm: NDArray[np.bool_],
    days: NDArray[np.float64],
    horizon: float,
) -> ArmCurve:
    """Return the weighted Kaplan-Meier curve of the persons in an arm.

    A weight moves the hazard of each day with an event by (event - at risk x hazard) / weight at
    risk; survival and its mean follow by the chain rule. Times a weight of 1 and squared, this is
    Greenwood's variance.

    Args:
        outcome: Time and event of everybody.
        weights: Not negative, ``(n,)``.
        arm: Who is in the arm, ``(n,)``.
        days: Rising days the curve is read at.
        horizon: Day the mean is restricted to.
    """
    used = arm & (weights > 0)
    time, event, own = outcome.time[used], outcome.event[used], weights[used]
    curve = kaplan_meier(Outcome(time, event), own[:, None])
    before, after = curve.values[:-1, 0], curve.values[1:, 0]
    steps = np.flatnonzero((after < before) & (after > 0))  # a fall to 0 leaves nothing to move
    falls = curve.times[steps]
    hazard = 1.0 - after[steps] / before[steps]
    # What one unit of weight adds to minus the log of survival, by an event and by being at risk.
    unit = 1.0 / (curve.at_risk[steps, 0] * (1.0 - hazard))
    last = np.searchsorted(falls, time, side="right")  # steps up to the person's end
    own_step = np.where(event, np.searchsorted(falls, time), len(falls))
    own_step = np.where(np.isin(time, falls), own_step, len(falls))
    at = curve.at(days)[:, 0]
    seen = np.searchsorted(falls, days, side="right")
    events = np.append(unit, 0.0)[own_step]
    exposed = np.concatenate([[0.0], np.cumsum(hazard * unit)])
    slope = events[:, None] * (own_step[:, None] < seen) - exposed[np.minimum.outer(last, seen)]
    left = area_after(curve.times, curve.values[:, 0], falls, horizon)
    within = left * (falls < horizon)
    moved = np.concatenate([[0.0], np.cumsum(within * hazard * unit)])
    mean_slope = -(np.append(within * unit, 0.0)[own_step] - moved[last])
    whole, mean = np.zeros((len(arm), len(days))), np.zeros(len(arm))
    whole[used], mean[used] = -at * slope, mean_slope
    return ArmCurve(
        survival=at,
        mean=float(area_after(curve.times, curve.values[:, 0], np.zeros(1), horizon)[0]),
        survival_slope=whole,
        mean_slope=mean,
        at_risk=np.asarray(used.sum() - np.searchsorted(np.sort(time), days, side="left")),
    )


def area_after(
    times: NDArray[np.float64],
    values: NDArray[np.float64],
    days: NDArray[np.float64],
    horizon: float,
) -> NDArray[np.float64]:
    """Return the area under a step curve from each day to the horizon, ``(k,)``."""
    edges = np.concatenate([[0.0], np.minimum(times, horizon), [horizon]])
    area = np.concatenate([[0.0], np.cumsum(np.diff(edges) * values)])
    # Between edges the area grows in a line, so interpolation is exact.
    return np.asarray(area[-1] - np.interp(days, edges, area))
