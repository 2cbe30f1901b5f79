"""Cumulative incidence of competing events (Aalen-Johansen) with its variance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.survival.curve import StepCurve
from workbench.methods.survival.influence import places, second_moments
from workbench.methods.survival.kaplan_meier import Steps
from workbench.methods.survival.observed import Observed
from workbench.metrics.survival.censoring import kaplan_meier as product_limit
from workbench.metrics.survival.probability_interval import SCALES, Scale, probability_interval


def aalen_johansen(
    observed: Observed, cause: int = 1, *, interval: Scale = "log-log", level: float = 0.95
) -> StepCurve:
    """Return the probability of an event of one cause by each time, where others may come first.

    Aalen and Johansen 1978, Scand J Stat 5:141. The variance is the infinitesimal jackknife, as in
    R ``survfit(Surv(time, factor(event)) ~ 1)``; clusters go together.

    Args:
        observed: Follow-up, with entry, weights and clusters where there are.
        cause: Which event, 1 or more.
        interval: Scale of the pointwise interval.
        level: Confidence level.

    Raises:
        DataError: Nobody has this event.

    >>> from workbench.methods.survival.observed import observe
    >>> aalen_johansen(observe([1, 2, 3, 4], [1, 2, 1, 0])).value.tolist()
    [0.25, 0.25, 0.5, 0.5]
    """
    if cause < 1 or not (observed.event == cause).any():
        known = sorted({int(event) for event in observed.event} - {0})
        raise DataError(f"nobody has event {cause} [no-event]; events seen: {known}")
    found = product_limit(observed.outcome(), observed.weights[:, None], observed.entry)
    own, every = Steps.of(observed, found, cause), Steps.of(observed, found, None)
    before = found.values[:-1, 0]
    incidence = np.cumsum(before * own.share)
    error = np.sqrt(np.maximum(_variance(observed, own, every, before, incidence, cause), 0.0))
    ends = probability_interval(incidence, error, interval, level)
    words = (
        "Aalen-Johansen; robust variance (infinitesimal jackknife); interval " + SCALES[interval]
    )
    return own.curve(observed, incidence, error, ends, 0.0, level, words)


def _variance(
    observed: Observed,
    own: Steps,
    every: Steps,
    before: NDArray[np.float64],
    incidence: NDArray[np.float64],
    cause: int,
) -> NDArray[np.float64]:
    """Return the variance at each time.

    A row moves F(t) by the sum over u up to t of S(u-) dM(u) / n(u), its own cause, minus
    (F(t) - F(u)) dM(u) / (n(u) - d(u)), every cause: two sums, the second times F(t).
    """
    mine = observed.event == cause
    place = places(observed, own.times)[1]
    of_own = np.divide(before, own.at_risk, out=np.zeros_like(before), where=own.at_risk > 0)
    per = every.per_survivor
    jump = np.column_stack(
        [
            np.where(mine, of_own[place], 0.0)
            + np.where(observed.event > 0, (incidence * per)[place], 0.0),
            np.where(observed.event > 0, per[place], 0.0),
        ]
    )
    path = np.column_stack(
        [
            np.cumsum(of_own * own.share + incidence * per * every.share),
            np.cumsum(per * every.share),
        ]
    )
    moments = second_moments(observed, own.times, jump, path)
    return np.asarray(
        moments[:, 0, 0] - 2 * incidence * moments[:, 0, 1] + incidence**2 * moments[:, 1, 1]
    )
