"""Weighted survival of one arm in which those who stay stand for those like them who left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.censoring_model import Uncensored
from workbench.methods.causal.cohort_outcome import Ends
from workbench.methods.causal.weighted_survival import ArmCurve, RiskCourse, persons_at_risk

_BLOCK = 200_000


def censoring_weighted_curve(
    ends: Ends,
    weights: NDArray[np.float64],
    arm: NDArray[np.bool_],
    days: NDArray[np.float64],
    horizon: float,
    uncensored: Uncensored,
) -> ArmCurve:
    """Return the curve with each person at risk weighted by one over being uncensored so far.

    Robins and Finkelstein 2000, Biometrics 56:779. As :func:`arm_curve` where nobody is censored by
    the model; the censoring curves count as known in the derivatives, which is not too narrow.

    Args:
        ends: Ends of follow-up of everybody.
        weights: Not negative, ``(n,)``.
        arm: Who is in the arm, ``(n,)``.
        days: Rising days the curve is read at.
        horizon: Day the mean is restricted to.
        uncensored: Censoring of each person in the arm.
    """
    used = np.flatnonzero(arm & (weights > 0))
    time, cause, own = ends.time[used], ends.cause[used], weights[used]
    falls = np.unique(time[cause > 0])
    place = np.where(cause > 0, np.searchsorted(falls, time), len(falls))
    inflated = own / uncensored.before_own(used, time)
    any_event, first = (
        np.bincount(place, inflated * kind, minlength=len(falls) + 1)[:-1]
        for kind in (cause > 0, cause == 1)
    )
    at_risk = np.zeros(len(falls))
    size = max(1, _BLOCK // max(len(falls), 1))
    blocks = [slice(start, start + size) for start in range(0, len(used), size)]
    for rows in blocks:
        at_risk += own[rows] @ _inflation(uncensored, used[rows], time[rows], falls)
    course = RiskCourse.of(falls, at_risk, first, any_event / at_risk, horizon)
    seen = np.searchsorted(falls, days, side="right")
    risk = np.append(0.0, course.risk)[seen]
    survival_slope, mean_slope = np.zeros((len(arm), len(days))), np.zeros(len(arm))
    for rows in blocks:
        inflation = _inflation(uncensored, used[rows], time[rows], falls)
        came, gone = -inflation * course.first, -inflation * course.hazard
        for change, kind in ((came, cause[rows] == 1), (gone, cause[rows] > 0)):
            had = np.flatnonzero(kind)
            change[had, place[rows][had]] += inflation[had, place[rows][had]]
        came *= course.come
        gone *= course.unit
        new, lost, passed = (
            np.pad(np.cumsum(part, axis=1), ((0, 0), (1, 0)))[:, seen]
            for part in (came, gone, gone * course.risk)
        )
        survival_slope[used[rows]] = -(new - risk * lost + passed)
        mean_slope[used[rows]] = -(came @ course.ahead - gone @ course.onward)
    return ArmCurve(
        1.0 - risk, course.mean, survival_slope, mean_slope, persons_at_risk(time, days)
    )


def _inflation(
    uncensored: Uncensored,
    rows: NDArray[np.int64],
    time: NDArray[np.float64],
    falls: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return one over the probability of being uncensored at each event time while at risk."""
    return np.asarray((time[:, None] >= falls) / uncensored.before(rows, falls))
