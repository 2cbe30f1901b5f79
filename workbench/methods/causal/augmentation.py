"""What an observed person adds to a predicted curve: the martingale part of the influence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.methods.causal.censoring_model import Uncensored
from workbench.methods.causal.hazard_model import HazardModel

# Persons times event times worked on at once.
_BLOCK = 2_000_000


@dataclass(frozen=True, eq=False)
class Parts:
    """Each person's share in the survival of one arm, before the mean is taken.

    Attributes:
        survival: At each day, ``(n, k)``.
        mean: Days lived until the horizon, ``(n,)``.
        least: Smallest probability of being uncensored that was divided by.
    """

    survival: NDArray[np.float64]
    mean: NDArray[np.float64]
    least: float


def predicted(
    event: HazardModel, ratio: NDArray[np.float64], days: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return survival at each day ``(n, k)``, and days lived until the last of them ``(n,)``."""
    survival, mean = np.empty((len(ratio), len(days))), np.empty(len(ratio))
    width, cumulative = _steps(event, days[-1])
    for rows in _blocks(len(ratio), len(width)):
        survival[rows] = np.exp(-np.outer(ratio[rows], event.at(days)))
        mean[rows] = np.exp(-np.outer(ratio[rows], cumulative)) @ width
    return survival, mean


def augmented(
    event: HazardModel,
    ratio: NDArray[np.float64],
    uncensored: Uncensored,
    weight: NDArray[np.float64],
    outcome: tuple[NDArray[np.float64], NDArray[np.bool_]],
    days: NDArray[np.float64],
) -> Parts:
    """Return the uncentred influence of each person on the survival of one arm.

    Of person i with prediction S and censoring curve G: S(t) less S(t) w times the sum, over event
    times u up to t and to the person's end, of (event at u less hazard at u) / (S(u) G(u-)); for
    the mean, with the predicted area between u and the horizon instead of S(t). Bai, Tsiatis and
    O'Brien 2013, Biometrics 69:830; Westling et al. 2024, J Am Stat Assoc 119:1541. A hazard is
    1 - exp(-step), so that S is its product to the last digit.

    Args:
        event: Model of the event in the arm.
        ratio: Its hazard ratio of each person, ``(n,)``.
        uncensored: Censoring of each person in the arm.
        weight: One over the probability of the arm, 0 for persons of the other arm, ``(n,)``.
        outcome: Days and whether the event was seen, ``(n,)`` each.
        days: Rising days, the last is the horizon.
    """
    survival, mean = predicted(event, ratio, days)
    time, seen = outcome
    horizon, least = float(days[-1]), 1.0
    ours = np.flatnonzero(weight > 0)
    width, cumulative = _steps(event, horizon)
    jumps = event.times[event.times <= horizon]
    reached = np.searchsorted(jumps, days, side="right")
    for block in _blocks(len(ours), max(len(jumps), len(days))):
        rows = ours[block]
        r, end = ratio[rows], time[rows]
        s = np.exp(-np.outer(r, cumulative))  # after each jump, ones first
        area = s * width
        left = np.cumsum(area[:, ::-1], axis=1)[:, ::-1]  # from each jump to the horizon
        g = uncensored.before(rows, jumps)
        hazard = 1.0 - s[:, 1:] / s[:, :-1]
        paid = hazard / (s[:, 1:] * g) * (jumps <= end[:, None])
        own = np.searchsorted(jumps, end, side="right")
        own_g = uncensored.before_own(rows, end)
        own_s = np.take_along_axis(s, own[:, None], axis=1)[:, 0]
        # From the person's own event to the horizon: the rest of its step, and the steps after.
        edges = np.append(jumps, horizon)
        after = np.take_along_axis(np.pad(left, ((0, 0), (0, 1))), own[:, None] + 1, axis=1)[:, 0]
        own_left = own_s * np.maximum(edges[own] - end, 0.0) + after
        gain = np.where(seen[rows] & (end <= horizon), 1.0 / (own_s * own_g), 0.0)
        sums = np.pad(np.cumsum(paid, axis=1), ((0, 0), (1, 0)))[:, reached]
        sums = gain[:, None] * (end[:, None] <= days) - sums
        survival[rows] -= survival[rows] * weight[rows, None] * sums
        mean[rows] -= weight[rows] * (gain * own_left - np.einsum("ik,ik->i", paid, left[:, 1:]))
        least = min(least, float(uncensored.before_own(rows, np.minimum(end, horizon)).min()))
    return Parts(survival, mean, least)


def _steps(event: HazardModel, horizon: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the days each level of a curve lasts up to the horizon, and its baseline hazard."""
    jumps = event.times[event.times <= horizon]
    width = np.diff(np.concatenate([[0.0], jumps, [horizon]]))
    return width, np.append(0.0, event.cumulative[: len(jumps)])


def _blocks(persons: int, columns: int) -> Iterator[slice]:
    """Yield slices of persons that bound the memory."""
    size = max(1, _BLOCK // max(columns, 1))
    for start in range(0, persons, size):
        yield slice(start, start + size)
