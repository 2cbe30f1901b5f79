"""Influence of each case on a mean that is weighted for censoring."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.survival.outcome import Outcome


def censoring_influence(
    outcome: Outcome, losses: NDArray[np.float64], horizon: float
) -> NDArray[np.float64]:
    """Return what the estimate of the censoring adds to each case's loss, shape ``(n,)``.

    A case censored at u adds the share of the losses still to come that it would have stood for;
    every case under observation pays for it by the hazard of censoring. The mean is 0.

    Args:
        outcome: Time and event of each case.
        losses: Loss of each case times its inverse probability of censoring weight, 0 where its
            state at the horizon is not known, shape ``(n,)``.
        horizon: Time up to which censoring matters.

    Graf et al. 1999 give the weights; the influence is that of R riskRegression (Gerds and
    Schumacher 2006, Biom J 48:1029, for the estimate).
    """
    times, places = np.unique(outcome.time, return_inverse=True)
    count = np.bincount(places, minlength=len(times))
    events = np.bincount(places[outcome.event], minlength=len(times))
    at_risk = np.cumsum(count[::-1])[::-1] - events
    losing = np.bincount(places, losses, minlength=len(times))
    to_come = np.append(np.cumsum(losing[::-1])[::-1][1:], 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        stood_for = np.where((times <= horizon) & (at_risk > 0), to_come / at_risk, 0.0)
        paid = np.where(at_risk > 0, stood_for * (count - events) / at_risk, 0.0)
    # An event leaves the risk set of censoring before censorings at the same time.
    until = np.concatenate([[0.0], np.cumsum(paid)])
    charge = np.where(outcome.event, until[places], until[places + 1])
    own = np.where(outcome.event, 0.0, stood_for[places])
    return np.asarray(own - charge)
