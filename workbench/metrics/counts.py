"""Intervals and tests of plain counts: shares, rates, and paired right/wrong answers."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.choices import check_level, check_whole


def wilson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a share.

    Wilson 1927, J Am Stat Assoc 22:209. Never empty at 0 or n, where a bootstrap collapses.

    Args:
        hits: Cases with the property.
        n: All cases, independent of each other (one a patient).
        level: Confidence level.

    Raises:
        DataError: Not whole numbers ``0 <= hits <= n`` with ``n`` at least 1.

    >>> [round(end, 4) for end in wilson(0, 20)]
    [0.0, 0.1611]
    """
    _check(hits, n, level)
    from scipy.special import ndtri

    z = float(ndtri(0.5 + level / 2))
    share, square = hits / n, z * z / n
    middle = (share + square / 2) / (1 + square)
    half = z * np.sqrt(share * (1 - share) / n + square / (4 * n)) / (1 + square)
    low = 0.0 if hits == 0 else float(middle - half)
    return (low, 1.0 if hits == n else float(middle + half))


def clopper_pearson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a share: coverage never below the level, often above.

    Clopper and Pearson 1934, Biometrika 26:404.

    Args:
        hits: Cases with the property.
        n: All cases, independent of each other.
        level: Confidence level.

    Raises:
        DataError: Not whole numbers ``0 <= hits <= n`` with ``n`` at least 1.

    >>> [round(end, 4) for end in clopper_pearson(1, 10)]
    [0.0025, 0.445]
    """
    _check(hits, n, level)
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if hits == 0 else float(betaincinv(hits, n - hits + 1, tail))
    high = 1.0 if hits == n else float(betaincinv(hits + 1, n - hits, 1 - tail))
    return (low, high)


def poisson_exact(events: int, exposure: float, level: float = 0.95) -> tuple[float, float]:
    """Return the exact interval of a rate.

    Garwood 1936, Biometrika 28:437.

    Args:
        events: Number of events.
        exposure: Time at risk, in the unit the rate is wanted in.
        level: Confidence level.

    Raises:
        DataError: Events that are no whole number from 0, or exposure not above zero.

    >>> [round(end, 4) for end in poisson_exact(10, 1.0)]
    [4.7954, 18.3904]
    """
    check_whole("events", events, 0, DataError)
    if not 0.0 < exposure < np.inf:
        raise DataError(f"exposure must be a number above 0, got {exposure}")
    low, high = poisson_limits(np.array([events]), level)
    return (float(low[0]) / exposure, float(high[0]) / exposure)


def poisson_limits(
    counts: NDArray[np.generic], level: float = 0.95
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the exact limits of the expected value of each count.

    Garwood 1936: chi-square quantiles with 2k and 2k + 2 degrees of freedom, halved.

    Args:
        counts: Whole numbers from 0, any shape.
        level: Confidence level.

    Returns:
        Lower and upper limits, as ``counts``; the lower one of 0 is 0.

    >>> [end.round(6).tolist() for end in poisson_limits(np.array([0, 3]))]
    [[0.0, 0.618672], [3.688879, 8.767273]]
    """
    check_level(level)
    from scipy.special import gammaincinv

    k, tail = np.asarray(counts, dtype=np.float64), (1 - level) / 2
    low = np.where(k == 0, 0.0, gammaincinv(np.maximum(k, 1), tail))
    return low, np.asarray(gammaincinv(k + 1, 1 - tail))


def mcnemar_exact(only_first: int, only_second: int) -> float:
    """Return the two-sided exact p value that two models are right equally often.

    Twice the smaller binomial tail of the discordant cases, at most 1; equal counts (none
    included) give 1. McNemar 1947, Psychometrika 12:153, in its exact binomial form.

    Args:
        only_first: Cases only the first model gets right.
        only_second: Cases only the second one gets right.

    Raises:
        DataError: A count that is no whole number from 0.

    >>> round(mcnemar_exact(37, 31), 3)
    0.545
    """
    check_whole("only_first", only_first, 0, DataError)
    check_whole("only_second", only_second, 0, DataError)
    if only_first == only_second:
        return 1.0
    from scipy.special import bdtr

    return min(1.0, 2 * float(bdtr(min(only_first, only_second), only_first + only_second, 0.5)))


def mcnemar(truth: ArrayLike, first: ArrayLike, second: ArrayLike) -> float:
    """Return :func:`mcnemar_exact` of two models' answers to the same cases.

    The cases must be independent, one a patient; for several of a patient see
    :func:`workbench.metrics.permutation.all_pairs`.

    Args:
        truth: Class number of each case, shape ``(n,)``.
        first: What the first model calls it, shape ``(n,)``.
        second: What the second one calls it, shape ``(n,)``.

    Raises:
        DataError: Answers that are no class numbers, or unequal lengths.

    >>> mcnemar([0, 1, 1, 2, 2, 2, 2], [0, 1, 1, 2, 2, 2, 0], [1, 0, 0, 0, 0, 0, 2])
    0.125
    """
    true = inputs.whole_numbers(truth, "truth", 0)
    answers = [inputs.whole_numbers(one, "answers", 0) for one in (first, second)]
    shapes = [array.shape for array in (true, *answers)]
    if true.ndim != 1 or not true.size or len(set(shapes)) > 1:
        raise DataError(f"truth and answers must be one class number a case, got shapes {shapes}")
    a, b = (one == true for one in answers)
    return mcnemar_exact(int((a & ~b).sum()), int((b & ~a).sum()))


def _check(hits: int, n: int, level: float) -> None:
    """Refuse counts and levels without meaning."""
    check_whole("hits", hits, 0, DataError)
    check_whole("n", n, 1, DataError)
    if hits > n:
        raise DataError(f"a share needs hits <= n, got {hits} of {n}")
    check_level(level)
