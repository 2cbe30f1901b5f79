"""Weighted survival of one arm at a horizon, and its derivative in each person's weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.cohort_outcome import Ends
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.outcome import Outcome


@dataclass(frozen=True, eq=False)
class ArmCurve:
    """Survival of one arm: 1 minus the risk of the outcome.

    Attributes:
        survival: At the days asked for, shape ``(k,)``.
        mean: Days without the outcome until the horizon (RMST).
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
    ends: Ends,
    weights: NDArray[np.float64],
    arm: NDArray[np.bool_],
    days: NDArray[np.float64],
    horizon: float,
) -> ArmCurve:
    """Return the weighted curve of an arm: Kaplan-Meier, or Aalen-Johansen beside another event.

    A weight moves each day's hazards by (event - at risk x hazard) / weight at risk, and the risk F
    of the outcome by what they add and by what they leave for later. Without a competing event,
    squared and summed at weights of 1, this is Greenwood's variance.

    Args:
        ends: Ends of follow-up of everybody.
        weights: Not negative, ``(n,)``.
        arm: Who is in the arm, ``(n,)``.
        days: Rising days the curve is read at.
        horizon: Day the mean is restricted to.
    """
    used = np.flatnonzero(arm & (weights > 0))
    time, cause, own = ends.time[used], ends.cause[used], weights[used]
    curve = kaplan_meier(Outcome(time, cause > 0), own[:, None])
    before, after = curve.values[:-1, 0], curve.values[1:, 0]
    steps = np.flatnonzero(after < before)
    falls, at_risk = curve.times[steps], curve.at_risk[steps, 0]
    place = np.where(np.isin(time, falls) & (cause > 0), np.searchsorted(falls, time), len(falls))
    first = np.bincount(place, own * (cause == 1), minlength=len(falls) + 1)[:-1]
    course = RiskCourse.of(falls, at_risk, first, 1.0 - after[steps] / before[steps], horizon)
    last = np.searchsorted(falls, time, side="right")  # steps up to the person's end
    seen = np.searchsorted(falls, days, side="right")
    risk = np.append(0.0, course.risk)[seen]
    come, left, unit, onward = (
        np.append(values, 0.0)[place]
        for values in (course.come, course.risk * course.unit, course.unit, course.onward)
    )
    ours = cause == 1
    happened = place[:, None] < seen
    met = np.minimum.outer(last, seen)
    p, q, r = (
        np.append(0.0, np.cumsum(values))
        for values in (
            course.come * course.first,
            course.hazard * course.unit,
            course.risk * course.hazard * course.unit,
        )
    )
    slope = happened * ((come * ours + left)[:, None] - np.outer(unit, risk))
    slope -= p[met] - risk * q[met] + r[met]
    ahead = np.maximum(horizon - time, 0.0)
    lost = np.append(0.0, np.cumsum(course.come * course.first * course.ahead))
    later = np.append(0.0, np.cumsum(course.onward * course.hazard * course.unit))
    mean_slope = come * ours * ahead - onward * unit - (lost - later)[last]
    whole, mean = np.zeros((len(arm), len(days))), np.zeros(len(arm))
    whole[used], mean[used] = -slope, -mean_slope
    return ArmCurve(1.0 - risk, course.mean, whole, mean, persons_at_risk(time, days))


@dataclass(frozen=True, eq=False)
class RiskCourse:
    """Risk of the outcome at the days of events, ``(m,)`` each.

    Attributes:
        hazard: Of any event.
        first: Of the outcome.
        come: Chance to be there just before, over the weight at risk.
        unit: One over the weight that stays; 0 where nobody does.
        risk: Risk of the outcome by the day.
        ahead: Days from there to the horizon.
        onward: Further risk from there to the horizon, summed over days.
        mean: Days without the outcome until the horizon.
    """

    hazard: NDArray[np.float64]
    first: NDArray[np.float64]
    come: NDArray[np.float64]
    unit: NDArray[np.float64]
    risk: NDArray[np.float64]
    ahead: NDArray[np.float64]
    onward: NDArray[np.float64]
    mean: float

    @classmethod
    def of(
        cls,
        falls: NDArray[np.float64],
        at_risk: NDArray[np.float64],
        events: NDArray[Any],
        hazard: NDArray[np.float64],
        horizon: float,
    ) -> RiskCourse:
        """Return the course from weights at risk and of events, and the hazard of any event."""
        stay = 1.0 - hazard
        before = np.append(1.0, np.cumprod(stay))[:-1]
        first = events / at_risk
        unit = np.divide(1.0, at_risk * stay, out=np.zeros_like(stay), where=stay > 1e-12)
        risk = np.cumsum(before * first)
        ahead = np.maximum(horizon - falls, 0.0)
        levels = np.append(0.0, risk)
        onward = area_after(falls, levels, falls, horizon) - risk * ahead
        lost = float(area_after(falls, levels, np.zeros(1), horizon)[0])
        return cls(hazard, first, before / at_risk, unit, risk, ahead, onward, horizon - lost)


def persons_at_risk(time: NDArray[np.float64], days: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return how many persons are under observation at each day, ``(k,)``."""
    return np.asarray(len(time) - np.searchsorted(np.sort(time), days, side="left"))


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
