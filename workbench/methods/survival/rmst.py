"""Restricted mean survival time (RMST): the area under the curve up to tau, and its differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from workbench.errors import DataError
from workbench.methods.survival.influence import places
from workbench.methods.survival.kaplan_meier import Steps
from workbench.methods.survival.observed import Observed
from workbench.metrics.choices import check_level, check_positive
from workbench.metrics.survival.censoring import kaplan_meier as product_limit


@dataclass(frozen=True)
class RestrictedMean:
    """Mean time without the event up to tau.

    Attributes:
        tau: Time it is restricted to.
        value: In the unit of time.
        standard_error: Its standard error.
        low: Lower end of the normal interval.
        high: Upper end.
        level: Of the interval.
        n: Rows.
        convention: Variance in words.
    """

    tau: float
    value: float
    standard_error: float
    low: float
    high: float
    level: float
    n: int
    convention: str


@dataclass(frozen=True)
class Contrast:
    """One group's restricted mean against another's.

    Attributes:
        kind: ``difference`` (first minus second) or ``ratio`` (first over second).
        value: Of the contrast.
        standard_error: Of the difference, or of the logarithm of the ratio.
        low: Lower end of the interval.
        high: Upper end.
        p_value: Two-sided, of no difference.
        level: Of the interval.
    """

    kind: str
    value: float
    standard_error: float
    low: float
    high: float
    p_value: float
    level: float


def restricted_mean(observed: Observed, tau: float, *, level: float = 0.95) -> RestrictedMean:
    """Return the area under the Kaplan-Meier curve from 0 to tau.

    Without weights and clusters Greenwood's variance, equal to R survRM2; with them the robust one
    (infinitesimal jackknife).

    Args:
        observed: Follow-up; every end of it but event 1 is censoring.
        tau: Time, within the follow-up.
        level: Confidence level.

    Raises:
        DataError: ``tau-beyond-support``: the follow-up ends before tau, without an event.

    >>> from workbench.methods.survival.observed import observe
    >>> restricted_mean(observe([1, 2, 3, 4], [1, 0, 1, 0]), 4).value
    2.875
    """
    check_positive("tau", tau)
    check_level(level)
    found = product_limit(observed.outcome(1), observed.weights[:, None], observed.entry)
    check_tau(observed, float(found.values[-1, 0]), tau)
    steps = Steps.of(observed, found, 1)
    ends = np.minimum(np.append(found.times, np.inf), tau)
    areas = np.diff(ends, prepend=0.0) * found.values[:, 0]
    # What is left of the area after each time.
    after = np.cumsum(areas[::-1])[::-1][1:]
    robust = observed.weighted or observed.cluster is not None
    if robust:
        variance = _robust(observed, steps, after)
    else:
        variance = float(np.sum(after**2 * steps.share * steps.per_survivor))
    value, error = float(areas.sum()), float(np.sqrt(variance))
    reach = float(ndtri((1 + level) / 2)) * error
    words = "robust variance (infinitesimal jackknife)" if robust else "Greenwood's variance"
    words = f"area under Kaplan-Meier up to {tau:g}; {words}; normal interval"
    return RestrictedMean(
        tau, value, error, value - reach, value + reach, level, len(observed), words
    )


def difference(first: RestrictedMean, second: RestrictedMean) -> Contrast:
    """Return the difference of two groups without a person in common.

    Raises:
        DataError: They are restricted to different times.
    """
    _same_tau(first, second)
    value = first.value - second.value
    error = float(np.hypot(first.standard_error, second.standard_error))
    reach = float(ndtri((1 + first.level) / 2)) * error
    p = _p_value(value, error)
    return Contrast("difference", value, error, value - reach, value + reach, p, first.level)


def ratio(first: RestrictedMean, second: RestrictedMean) -> Contrast:
    """Return the ratio of two groups without a person in common, its interval on the log scale.

    Raises:
        DataError: They are restricted to different times.
    """
    _same_tau(first, second)
    log = float(np.log(first.value / second.value))
    error = float(
        np.hypot(first.standard_error / first.value, second.standard_error / second.value)
    )
    reach = float(ndtri((1 + first.level) / 2)) * error
    ends = (float(np.exp(log - reach)), float(np.exp(log + reach)))
    return Contrast("ratio", float(np.exp(log)), error, *ends, _p_value(log, error), first.level)


def check_tau(observed: Observed, survival_at_end: float, tau: float) -> None:
    """Refuse a tau that the follow-up does not reach; where survival ended at 0 every tau is known.

    Raises:
        DataError: ``tau-beyond-support``.
    """
    last = float(observed.time[observed.weights > 0].max())
    if tau > last and survival_at_end > 0:
        raise DataError(
            f"tau {tau:g} lies beyond the support: the last of {len(observed)} rows is censored at "
            f"{last:g} [tau-beyond-support]",
            remedy=f"choose a tau of at most {last:g}, in the unit of the follow-up",
        )


def _robust(observed: Observed, steps: Steps, after: NDArray[np.float64]) -> float:
    """Return the variance from how far each row, or cluster, moves the area."""
    first, last = places(observed, steps.times)
    weight = after * steps.per_survivor
    lost = np.concatenate([[0.0], np.cumsum(weight * steps.share)])
    jump = np.where(observed.outcome(1).event, weight[last], 0.0)
    moved = observed.weights * (jump - lost[last + 1] + lost[first])
    if observed.cluster is not None:
        moved = np.bincount(observed.cluster, moved)
    return float(np.sum(moved**2))


def _p_value(value: float, error: float) -> float:
    """Return the two-sided p-value of a normal statistic."""
    if error == 0:
        return float("nan")
    return float(2 * ndtr(-abs(value / error)))


def _same_tau(first: RestrictedMean, second: RestrictedMean) -> None:
    """Refuse to compare means restricted to different times."""
    if first.tau != second.tau:
        raise DataError(f"restricted means to {first.tau:g} and {second.tau:g} do not compare")
