"""Weighted Kaplan-Meier of one arm in which those who stay stand for those like them who left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.censoring_model import Uncensored
from workbench.methods.causal.weighted_survival import ArmCurve, area_after
from workbench.metrics.survival.outcome import Outcome

_BLOCK = 2_000_000


def censoring_weighted_curve(
    outcome: Outcome,
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
        outcome: Time and event of everybody.
        weights: Not negative, ``(n,)``.
        arm: Who is in the arm, ``(n,)``.
        days: Rising days the curve is read at.
        horizon: Day the mean is restricted to.
        uncensored: Censoring of each person in the arm.
    """
    used = np.flatnonzero(arm & (weights > 0))
    time, event, own = outcome.time[used], outcome.event[used], weights[used]
    falls = np.unique(time[event])
    place = np.where(event, np.searchsorted(falls, time), 0)
    inflated = own / uncensored.before_own(used, time)
    events = np.bincount(place[event], inflated[event], minlength=len(falls))
    at_risk = np.zeros(len(falls))
    size = max(1, _BLOCK // max(len(falls), 1))
    for start in range(0, len(used), size):
        rows = slice(start, start + size)
        at_risk += own[rows] @ _inflation(uncensored, used[rows], time[rows], falls)
    hazard = events / at_risk
    curve = np.append(1.0, np.cumprod(1.0 - hazard))
    moves = hazard < 1.0
    unit = np.divide(1.0, at_risk * (1.0 - hazard), out=np.zeros_like(hazard), where=moves)
    left = area_after(falls, curve, falls, horizon) * (falls < horizon)
    seen = np.searchsorted(falls, days, side="right")
    survival_slope, mean_slope = np.zeros((len(arm), len(days))), np.zeros(len(arm))
    for start in range(0, len(used), size):
        rows = slice(start, start + size)
        inflation = _inflation(uncensored, used[rows], time[rows], falls)
        change = -inflation * hazard
        died = np.flatnonzero(event[rows])
        change[died, place[rows][died]] += inflation[died, place[rows][died]]
        change *= unit
        sums = np.pad(np.cumsum(change, axis=1), ((0, 0), (1, 0)))[:, seen]
        survival_slope[used[rows]] = -curve[seen] * sums
        mean_slope[used[rows]] = -change @ left
    return ArmCurve(
        survival=curve[seen],
        mean=float(area_after(falls, curve, np.zeros(1), horizon)[0]),
        survival_slope=survival_slope,
        mean_slope=mean_slope,
        at_risk=np.asarray(len(used) - np.searchsorted(np.sort(time), days, side="left")),
    )


def _inflation(
    uncensored: Uncensored,
    rows: NDArray[np.int64],
    time: NDArray[np.float64],
    falls: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return one over the probability of being uncensored at each event time while at risk."""
    return np.asarray((time[:, None] >= falls) / uncensored.before(rows, falls))
