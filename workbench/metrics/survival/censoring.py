"""Kaplan-Meier curves of the event and of censoring, under many columns of weights at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.sums import is_integral, on_grid
from workbench.metrics.survival.outcome import Outcome

Ties = Literal["events-first", "together", "compounded"]


@dataclass(frozen=True, eq=False)
class StepCurves:
    """Survival curves that start at 1 and step down at ``times``; beyond the last they stay.

    Attributes:
        times: Distinct times, rising, shape ``(m,)``.
        values: Value after each time, with a row of ones before, shape ``(m + 1, B)``.
        at_risk: Weight still under observation just before each time, shape ``(m, B)``.
    """

    times: NDArray[np.float64]
    values: NDArray[np.float64]
    at_risk: NDArray[np.float64]

    def at(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of lasting beyond each time, shape ``(k, B)``."""
        return self.values[np.searchsorted(self.times, np.asarray(times), side="right")]

    def before(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the limit from the left, the probability of reaching each time, ``(k, B)``."""
        return self.values[np.searchsorted(self.times, np.asarray(times), side="left")]


def kaplan_meier(
    outcome: Outcome,
    weights: NDArray[np.generic],
    entry: NDArray[np.float64] | None = None,
) -> StepCurves:
    """Return the Kaplan-Meier curve of the event under each column of weights.

    Kaplan and Meier 1958, J Am Stat Assoc 53:457: a case censored at a time counts as at risk of
    the events at that time. Equal to R ``survfit``.

    Args:
        outcome: Time and event of each case.
        weights: Shape ``(n, B)``, not negative.
        entry: Time after which each case is under observation, ``(n,)``, below its time; None is
            from the start. A case that enters at a time is not at risk of the events at it.

    >>> outcome = Outcome(np.array([1.0, 2.0, 3.0]), np.array([True, False, True]))
    >>> kaplan_meier(outcome, np.ones((3, 1))).at([0.5, 1, 2.5, 3]).ravel().round(3).tolist()
    [1.0, 0.667, 0.667, 0.0]
    """
    times, leaving = _leaving(outcome, weights)
    if entry is None:
        return _curves(times, leaving, leaving[0], 0.0)
    waiting = _waiting(times, entry, weights)
    curves = _curves(times, leaving, leaving[0], waiting)
    return StepCurves(times, curves.values, curves.at_risk - waiting)


def censoring_curves(
    outcome: Outcome, weights: NDArray[np.generic], ties: Ties = "events-first"
) -> StepCurves:
    """Return the Kaplan-Meier curve of remaining uncensored under each column of weights.

    Args:
        outcome: Time and event of each case.
        weights: Shape ``(n, B)``, not negative.
        ties: Who is at risk of censoring at a time that has events too. ``events-first``: cases
            with an event have left (R ``prodlim(reverse=TRUE)``, riskRegression, and
            scikit-survival). ``together``: they are still at risk (R ``survfit`` with the status
            turned round). Without such ties both are the same. ``compounded``: what survAUC's
            ``km_Daim`` does at a time with n of r cases leaving, c of them censored: it multiplies
            by ``(1 - n / r) ** c`` (found on torchsurv's frozen values); a defect, kept to compare.

    >>> outcome = Outcome(np.array([1.0, 1.0, 2.0]), np.array([True, False, True]))
    >>> one = np.ones((3, 1))
    >>> [censoring_curves(outcome, one, how).at([1]).item() for how in ("events-first", "together")]
    [0.5, 0.6666666666666666]
    """
    times, leaving = _leaving(outcome, weights)
    if ties == "compounded":
        return _curves(times, leaving, leaving[0] + leaving[1], 0.0, leaving[1])
    gone = leaving[0] if ties == "events-first" else 0.0
    return _curves(times, leaving, leaving[1], gone)


def _leaving(
    outcome: Outcome, weights: NDArray[np.generic]
) -> tuple[NDArray[np.float64], tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the distinct times, and the weight of events and of censorings at each, ``(m, B)``."""
    # On a grid every sum is exact: the order of the rows changes no bit.
    exact = weights if is_integral(weights) else on_grid(weights.astype(np.float64), len(weights))
    times, places = np.unique(outcome.time, return_inverse=True)
    sums = []
    for kind in (outcome.event, ~outcome.event):
        rows = np.flatnonzero(kind)
        rows = rows[np.argsort(places[rows], kind="stable")]
        total = np.zeros((len(times), weights.shape[1]))
        if len(rows):
            seen, starts = np.unique(places[rows], return_index=True)
            total[seen] = np.add.reduceat(exact[rows], starts, axis=0, dtype=np.float64)
        sums.append(total)
    return times, (sums[0], sums[1])


def _waiting(
    times: NDArray[np.float64], entry: NDArray[np.float64], weights: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Return the weight of those who have not entered before each time, shape ``(m, B)``."""
    later = Outcome(entry, np.ones(len(entry), dtype=np.bool_))
    moments, (entering, _) = _leaving(later, weights)
    ahead = np.vstack([np.cumsum(entering[::-1], axis=0)[::-1], np.zeros(entering.shape[1])])
    return ahead[np.searchsorted(moments, times, side="left")]


def _curves(
    times: NDArray[np.float64],
    leaving: tuple[NDArray[np.float64], NDArray[np.float64]],
    counted: NDArray[np.float64],
    gone: NDArray[np.float64] | float,
    power: NDArray[np.float64] | float = 1.0,
) -> StepCurves:
    """Multiply the shares that stay at each time, each raised to a power."""
    at_risk = np.cumsum((leaving[0] + leaving[1])[::-1], axis=0)[::-1]
    exposed = at_risk - gone
    with np.errstate(invalid="ignore", divide="ignore"):
        stay = np.where(counted > 0, (exposed - counted) / exposed, 1.0) ** power
    values = np.vstack([np.ones((1, stay.shape[1])), np.cumprod(stay, axis=0)])
    return StepCurves(times, values, at_risk)
