"""The ratio of two rates, exact given the total number of cases."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainc, betaincc, betaincinv, gammaln, xlog1py, xlogy

from workbench.errors import DataError
from workbench.methods.rates.counted import Floats, counted
from workbench.methods.rates.poisson import METHODS, Method, bisect
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_choice, check_level


@dataclass(frozen=True)
class RateRatio:
    """Rate of the first group over that of the second.

    Attributes:
        value: Of the ratio; infinite where only the second group has no case, NaN without cases.
        low: Lower end of the interval.
        high: Upper end; infinite where the second group has no case.
        p_value: Two-sided, of equal rates: twice the smaller tail, so that it is below 1 - level
            where the interval leaves out 1.
        level: Of the interval.
        method: ``garwood`` (conditional exact) or ``mid-p``.
        convention: In words.
    """

    value: float
    low: float
    high: float
    p_value: float
    level: float
    method: str
    convention: str


def rate_ratio(
    cases: tuple[int, int],
    exposure: tuple[float, float],
    *,
    level: float = 0.95,
    method: Method = "garwood",
) -> RateRatio:
    """Return the ratio of two independent rates.

    Given the total, the cases of the first group are binomial with the odds
    ``ratio x first exposure / second exposure``; limits of that share (Clopper-Pearson, an
    F quantile, or mid-P) are those of the ratio. Przyborowski and Wilenski 1940, Biometrika 31:313;
    the interval of R ``poisson.test``.

    Args:
        cases: Of the first and of the second group.
        exposure: Patients or person-years of both, above 0. Groups that share patients are not
            independent.
        level: Confidence level.
        method: ``garwood`` for the exact limits, ``mid-p`` for half the probability of what was
            seen.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`, or a group without exposure.
        UsageError: Unknown method, or a level that is no share.

    >>> found = rate_ratio((11, 15), (800, 3011))
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (2.7601, 1.1467, 6.4311)
    """
    check_choice("a rate ratio", "method", method, METHODS)
    check_level(level)
    given = counted(cases, exposure)
    if len(given) != 2 or not (given.exposure > 0).all():
        raise DataError(
            f"a rate ratio needs two groups with exposure, got exposure {given.exposure.tolist()}",
            remedy="leave out groups nobody was exposed in",
        )
    (a, b), (first, second) = given.cases.tolist(), given.exposure.tolist()
    half = 0.5 if method == "mid-p" else 0.0
    low, high = share_limits(a, a + b, (1 - level) / 2, half)
    scale = second / first
    tails = _tails(a, a + b, first / (first + second), half)
    words = "binomial given the total" + (", mid-P" if half else ", exact (Clopper-Pearson)")
    return RateRatio(
        value=(a / b if b else np.inf if a else np.nan) * scale,
        low=low / (1 - low) * scale,
        high=high / (1 - high) * scale if high < 1 else np.inf,
        p_value=min(1.0, 2 * min(tails)),
        level=level,
        method=method,
        convention=words,
    )


@dataclass(frozen=True, eq=False)
class RatioLimits:
    """Exact limits of many rate ratios, each array ``(m,)``.

    Attributes:
        low: Lower ends; 0 where the first group has no case, NaN without exposure.
        high: Upper ends; infinite where the second group has no case, NaN without exposure.
    """

    low: Floats
    high: Floats


def ratio_limits(cases: ArrayLike, exposure: ArrayLike, *, level: float = 0.95) -> RatioLimits:
    """Return the conditional exact limits of many ratios at once; see :func:`rate_ratio`.

    Args:
        cases: Of the first and the second group, ``(m, 2)``.
        exposure: Of both, ``(m, 2)``.
        level: Confidence level.

    Raises:
        DataError: Shapes differ, or a count or an exposure is negative or not finite.
        UsageError: The level is no share.

    >>> found = ratio_limits([[11, 15]], [[800, 3011]])
    >>> found.low.round(4).tolist(), found.high.round(4).tolist()
    ([1.1467], [6.4311])
    """
    check_level(level)
    counts, sizes = numbers(cases, "cases"), numbers(exposure, "exposure")
    if counts.ndim != 2 or counts.shape != sizes.shape or counts.shape[1] != 2:
        raise DataError(f"two groups a ratio: got shapes {counts.shape} and {sizes.shape}")
    if not all(np.isfinite(part).all() and (part >= 0).all() for part in (counts, sizes)):
        raise DataError("cases and exposure of a ratio are numbers of 0 or more")
    low, high = exact_share_limits(counts[:, 0], counts.sum(axis=1), (1 - level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where((sizes > 0).all(axis=1), sizes[:, 1] / sizes[:, 0], np.nan)
        return RatioLimits(low / (1 - low) * scale, high / (1 - high) * scale)


def exact_share_limits(hits: ArrayLike, total: ArrayLike, tail: float) -> tuple[Floats, Floats]:
    """Return the Clopper-Pearson limits of binomial shares; 0 and 1 of a total of 0."""
    some, of = np.asarray(hits, dtype=np.float64), np.asarray(total, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        low = np.where(some > 0, betaincinv(some, of - some + 1, tail), 0.0)
        high = np.where(some < of, betaincinv(some + 1, of - some, 1 - tail), 1.0)
    return low, high


def share_limits(hits: float, total: float, tail: float, half: float) -> tuple[float, float]:
    """Return the limits of a binomial share, with a part of what was seen left out of each tail.

    Args:
        hits: Of the first group.
        total: Of both; 0 gives the limits 0 and 1.
        tail: Probability outside of each limit.
        half: 0 for Clopper-Pearson, 0.5 for mid-P.
    """
    if total == 0:
        return 0.0, 1.0
    low, high = (float(end) for end in exact_share_limits(hits, total, tail))
    if half == 0.0:
        return low, high
    share = hits / total

    def above(p: Floats) -> Floats:
        return np.array([_tails(hits, total, float(p[0]), half)[1] - tail])

    def below(p: Floats) -> Floats:
        return np.array([tail - _tails(hits, total, float(p[0]), half)[0]])

    lower = float(bisect(above, np.array([low]), np.array([share]))[0]) if hits else 0.0
    upper = float(bisect(below, np.array([share]), np.array([high]))[0]) if hits < total else 1.0
    return lower, upper


def _tails(hits: float, total: float, share: float, half: float) -> tuple[float, float]:
    """Return the probabilities of at most and of at least ``hits``, ``half`` of it left out."""
    at_least = 1.0 if hits == 0 else float(betainc(hits, total - hits + 1, share))
    at_most = 1.0 if hits == total else float(betaincc(hits + 1, total - hits, share))
    ways = gammaln(total + 1) - gammaln(hits + 1) - gammaln(total - hits + 1)
    seen = float(np.exp(ways + xlogy(hits, share) + xlog1py(total - hits, -share)))
    return at_most - half * seen, at_least - half * seen
