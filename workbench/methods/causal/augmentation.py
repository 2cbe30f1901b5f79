"""What an observed person adds to a predicted curve: the martingale part of the influence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.censoring_model import Uncensored
from workbench.methods.causal.cohort_outcome import Ends
from workbench.methods.causal.predicted_risk import PredictedRisk


@dataclass(frozen=True, eq=False)
class Parts:
    """Each person's share in the survival of one arm, before the mean is taken.

    Attributes:
        survival: At each day, ``(n, k)``.
        mean: Days without the outcome until the horizon, ``(n,)``.
        least: Smallest probability of being uncensored that was divided by.
    """

    survival: NDArray[np.float64]
    mean: NDArray[np.float64]
    least: float


def augmented(
    predicted: PredictedRisk,
    uncensored: Uncensored,
    weight: NDArray[np.float64],
    ends: Ends,
    days: NDArray[np.float64],
) -> Parts:
    """Return the uncentred influence of each person on the survival of one arm.

    Of person i with predicted risk F, chance S of neither event, and censoring curve G: F(t) plus w
    times the sum, over days u of events up to t and to the person's end, of (outcome at u less its
    hazard) / G(u-), less (event at u less its hazard) (F(t) - F(u)) / (S(u) G(u-)). Bai, Tsiatis
    and O'Brien 2013, Biometrics 69:830; Ozenne et al. 2020, Biom J 62:751.

    Args:
        predicted: Risk of each person in the arm, ``(n,)``.
        uncensored: Censoring of each person in the arm.
        weight: One over the probability of the arm, 0 for persons of the other arm, ``(n,)``.
        ends: Ends of follow-up, up to the horizon.
        days: Rising days, the last is the horizon.
    """
    survival, mean = predicted.curves(days)
    jumps, horizon = predicted.model.jumps, predicted.model.horizon
    seen = np.searchsorted(jumps, days, side="right")
    least = 1.0
    for rows in predicted.blocks(np.flatnonzero(weight > 0), len(days)):
        course = predicted.course(rows)
        end, cause, place = ends.time[rows], ends.cause[rows], np.arange(len(rows))
        own = np.searchsorted(jumps, end, side="right")
        there = (jumps <= end[:, None]) / uncensored.before(rows, jumps)
        new = there * course.first
        gone = there * course.hazard / course.free[:, 1:]
        added, lost, passed = (
            _so_far(part, seen) for part in (new, gone, gone * course.risk[:, 1:])
        )
        risk = course.risk[:, seen]
        inflated = 1.0 / uncensored.before_own(rows, end)
        came = inflated * (cause == 1)
        left = inflated * (cause > 0) / course.free[place, own]
        own_risk = course.risk[place, own]
        happened = end[:, None] <= days
        change = happened * (came[:, None] - left[:, None] * (risk - own_risk[:, None]))
        change -= added - risk * lost + passed
        survival[rows] -= weight[rows, None] * change
        # The same summed over the days to the horizon.
        until = np.append(jumps, horizon)[own]
        own_onward = _onward(course.onward, course.risk, own, horizon - until, place)
        lasting = came * (horizon - end) - left * own_onward
        lasting -= new @ (horizon - jumps) - np.einsum("ik,ik->i", gone, course.onward[:, 1:])
        mean[rows] -= weight[rows] * lasting
        least = min(least, float(uncensored.before_own(rows, end).min()))
    return Parts(survival, mean, least)


def _so_far(values: NDArray[np.float64], seen: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the sums of each person's first so many values, ``(b, k)``."""
    if len(seen) == 1:  # the horizon alone, as in a resample
        return np.asarray(values[:, : seen[0]].sum(axis=1, keepdims=True))
    sums = np.zeros((len(values), values.shape[1] + 1))
    np.cumsum(values, axis=1, out=sums[:, 1:])
    return sums[:, seen]


def _onward(
    onward: NDArray[np.float64],
    risk: NDArray[np.float64],
    own: NDArray[np.int64],
    ahead: NDArray[np.float64],
    place: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Return the further risk from each person's end to the horizon, summed over days.

    Until the next jump the risk rises no further; from there it is what is onward of the jump plus
    the rise at it.
    """
    after = np.minimum(own + 1, onward.shape[1] - 1)
    rise = risk[place, after] - risk[place, own]
    return np.asarray(np.where(own + 1 < onward.shape[1], onward[place, after] + rise * ahead, 0.0))
