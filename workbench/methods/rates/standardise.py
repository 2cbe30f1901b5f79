"""Standardised rates: direct to a standard population, indirect as observed over expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtri

from workbench.errors import DataError, Problem
from workbench.methods.rates.counted import counted, per
from workbench.methods.rates.poisson import Method, count_interval
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_choice, check_level

Upper = Literal["fay-feuer", "tiwari"]
UPPERS = ("fay-feuer", "tiwari")


@dataclass(frozen=True)
class Standardised:
    """A directly standardised rate.

    Attributes:
        rate: In ``unit``.
        low: Lower end of the interval.
        high: Upper end.
        crude: The rate without standardisation, in ``unit``.
        unit: In words.
        level: Of the interval.
        convention: Interval in words.
    """

    rate: float
    low: float
    high: float
    crude: float
    unit: str
    level: float
    convention: str


@dataclass(frozen=True)
class ObservedExpected:
    """Cases over those expected from reference rates.

    Attributes:
        observed: Cases.
        expected: Cases if every stratum had the reference rate.
        ratio: Observed over expected; NaN where nothing is expected.
        low: Lower end of the interval.
        high: Upper end.
        level: Of the interval.
        convention: In words.
    """

    observed: int
    expected: float
    ratio: float
    low: float
    high: float
    level: float
    convention: str


def direct(
    cases: ArrayLike,
    exposure: ArrayLike,
    standard: ArrayLike,
    *,
    unit: str = "patients",
    level: float = 0.95,
    upper: Upper = "fay-feuer",
) -> Standardised:
    """Return the rate a standard population would have under the rates of each stratum.

    The interval takes the weighted sum of Poisson counts for gamma distributed: Fay and Feuer 1997,
    Stat Med 16:791, whose upper limit adds the largest weight of a case. Tiwari, Clegg and Zou
    2006, Stat Methods Med Res 15:547, adds the mean weight: narrower, and it may cover less.

    Args:
        cases: Of each stratum, such as an age band of one sex, ``(n,)``.
        exposure: Patients or person-years of each stratum, ``(n,)``.
        standard: Size of each stratum in the standard population, in any unit, ``(n,)``.
        unit: ``patients`` or ``person-years``.
        level: Confidence level.
        upper: Whose upper limit.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`; a standard that is not
            positive in sum or has a negative stratum (``bad-standard``); a stratum nobody was
            exposed in though the standard has it (``empty-stratum``): its rate is unknown, not 0.
        UsageError: Unknown unit or limit, or a level that is no share.

    >>> round(direct([2, 10], [1000, 1000], [3, 1]).rate, 6)
    400.0
    """
    check_level(level)
    check_choice("a standardised rate", "upper", upper, UPPERS)
    scale, words = per(unit)
    given = counted(cases, exposure)
    weight = _standard(standard, given.exposure)
    used = weight > 0
    weight, k, n = weight[used], given.cases[used], given.exposure[used]
    each = weight / n  # what one case of the stratum adds to the rate
    rate, variance = float(np.sum(each * k)), float(np.sum(each**2 * k))
    more, square = (
        (float(each.max()), float(each.max() ** 2))
        if upper == "fay-feuer"
        else (float(each.mean()), float(np.mean(each**2)))
    )
    tail = (1 - level) / 2
    low = _gamma_quantile(rate, variance, 1 - tail) if rate > 0 else 0.0
    high = _gamma_quantile(rate + more, variance + square, tail)
    name = "Fay-Feuer gamma" if upper == "fay-feuer" else "Tiwari-Clegg-Zou gamma"
    return Standardised(
        rate * scale, low * scale, high * scale, given.pooled * scale, words, level,
        f"direct standardisation over {int(used.sum())} strata; {name} interval",
    )  # fmt: skip


def observed_expected(
    cases: ArrayLike,
    exposure: ArrayLike,
    reference_rate: ArrayLike,
    *,
    level: float = 0.95,
    method: Method = "garwood",
) -> ObservedExpected:
    """Return all cases over those expected if each stratum had its reference rate (indirect).

    The interval is that of the observed count; the reference rates count as known, so they should
    come from many more cases than are judged.

    Args:
        cases: Of each stratum, ``(n,)``.
        exposure: Patients or person-years of each stratum, ``(n,)``.
        reference_rate: Cases per one patient or person-year in the reference, ``(n,)``.
        level: Confidence level.
        method: ``garwood`` or ``mid-p``.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`; a rate that is missing or
            negative where somebody was exposed (``bad-reference``).
        UsageError: Unknown method, or a level that is no share.

    >>> found = observed_expected([4, 6], [1000, 1000], [0.002, 0.003])
    >>> found.ratio, round(found.low, 4), round(found.high, 4)
    (2.0, 0.9591, 3.6781)
    """
    given = counted(cases, exposure)
    rate = np.atleast_1d(numbers(reference_rate, "reference_rate"))
    if rate.shape != given.cases.shape:
        raise DataError(f"{len(given)} strata, but reference rates {rate.shape}")
    wrong = (given.exposure > 0) & ~(np.isfinite(rate) & (rate >= 0))
    if wrong.any():
        raise DataError(
            "strata without a reference rate",
            problems=[
                Problem("bad-reference", f"the reference rate is {rate[i]:g}", f"stratum {i}")
                for i in np.flatnonzero(wrong)
            ],
            remedy="join strata until each has a rate in the reference",
        )
    inside = given.exposure > 0
    expected = float(np.sum(given.exposure[inside] * rate[inside]))
    observed = float(given.cases.sum())
    low, high = count_interval(observed, level=level, method=method)
    ratio, ends = (
        (observed / expected, (float(low[0]) / expected, float(high[0]) / expected))
        if expected > 0
        else (np.nan, (np.nan, np.nan))
    )
    words = f"indirect standardisation; {method} interval of the count, reference taken as known"
    return ObservedExpected(int(observed), expected, ratio, *ends, level, words)


def _standard(standard: ArrayLike, exposure: np.ndarray) -> np.ndarray:
    """Return the shares of strata in the standard population, or say what is wrong with them."""
    weight = np.atleast_1d(numbers(standard, "standard"))
    if weight.shape != exposure.shape:
        raise DataError(f"{len(exposure)} strata, but a standard population of {weight.shape}")
    if not np.isfinite(weight).all() or (weight < 0).any() or weight.sum() <= 0:
        raise DataError("a standard population has sizes from 0, not all 0 [bad-standard]")
    empty = np.flatnonzero((weight > 0) & (exposure == 0))
    if len(empty):
        raise DataError(
            f"{len(empty)} stratum(s) of the standard population nobody was exposed in",
            problems=[
                Problem(
                    "empty-stratum", "nobody exposed: its rate is unknown, not 0", f"stratum {i}"
                )
                for i in empty
            ],
            remedy="join strata, or standardise to a population without them",
        )
    return np.asarray(weight / weight.sum())


def _gamma_quantile(mean: float, variance: float, upper_tail: float) -> float:
    """Return the quantile of a gamma distribution by its mean and variance."""
    return variance / (2 * mean) * float(chdtri(2 * mean**2 / variance, upper_tail))
