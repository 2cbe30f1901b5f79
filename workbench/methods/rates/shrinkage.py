"""Rates of the drugs of a class, drawn towards each other as far as the data say they are alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import gammaincinv

from workbench.errors import DataError, UsageError
from workbench.methods.rates.counted import Counted, Floats, counted, per
from workbench.methods.rates.negative_binomial import GammaRates, fit_gamma_rates
from workbench.metrics.choices import check_level

FEW = 5
"""Below so many groups a distribution of rates is hardly known: the verdict says so."""


@dataclass(frozen=True, eq=False)
class Shrunken:
    """Shrunken rates of groups.

    Attributes:
        table: ``group, cases, exposure, rate, shrunken, low, high, weight``: the last is how much
            of a shrunken rate is the group's own; NaN where the distribution is not identified.
        shape: Of the gamma distribution of rates; infinite where all are one.
        mean: Of the gamma distribution, in ``unit``.
        unit: In words.
        level: Of the intervals.
        identified: Whether the maximum of the likelihood lies inside.
        bounded: Whether a limit of the shape set by the caller was reached.
        verdict: In words.
        convention: In words.
    """

    table: pd.DataFrame
    shape: float
    mean: float
    unit: str
    level: float
    identified: bool
    bounded: bool
    verdict: str
    convention: str


def shrink(
    cases: ArrayLike,
    exposure: ArrayLike,
    *,
    groups: ArrayLike | None = None,
    unit: str = "patients",
    level: float = 0.95,
    shape_bounds: tuple[float, float] | None = None,
) -> Shrunken:
    """Return gamma-Poisson (empirical Bayes) rates of groups such as the drugs of an ATC class.

    With a gamma distribution of rates of shape ``a`` and mean ``m``, fitted by maximum likelihood,
    the rate of a group with ``k`` cases among ``n`` is gamma with shape ``a + k`` and rate
    ``a / m + n``. Intervals are its quantiles; they take the fitted distribution as known, which is
    optimistic for a class of few drugs.

    Args:
        cases: Of each group, ``(n,)``.
        exposure: Patients or person-years of each group, ``(n,)``.
        groups: Names, ``(n,)``; numbers by default.
        unit: ``patients`` or ``person-years``.
        level: Of the intervals.
        shape_bounds: Least and largest shape. With it a shape that runs to an end is held there and
            the result is labelled as bounded; without it no shrunken rate is given.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`; ``too-few``: fewer than two
            groups with exposure, or no case; names that are not one a group.
        UsageError: Unknown unit, a level that is no share, bounds that are none.

    >>> found = shrink([2, 30, 9, 4], [1000, 3000, 2000, 1500])
    >>> found.identified, found.table["shrunken"].round(0).astype(int).tolist()
    (True, [331, 905, 467, 347])
    """
    check_level(level)
    scale, words = per(unit)
    given = counted(cases, exposure)
    names = list(range(len(given))) if groups is None else np.asarray(groups).tolist()
    if len(names) != len(given):
        raise DataError(f"{len(names)} names for {len(given)} groups")
    seen = given.exposed()
    if len(seen) < 2 or seen.cases.sum() == 0:
        raise DataError(
            f"a class needs two groups with exposure and one case, got {len(seen)} with "
            f"{seen.cases.sum():g} case(s) [too-few]",
            remedy="give the crude rates, or a wider class",
        )
    fit, bounded = _fit(seen, shape_bounds)
    posterior = _posterior(given, fit, level) if fit.boundary is None or bounded else None
    table = _table(names, given, posterior, scale)
    return Shrunken(
        table=table,
        shape=fit.shape,
        mean=fit.mean * scale,
        unit=words,
        level=level,
        identified=fit.boundary is None,
        bounded=bounded,
        verdict=_verdict(fit, bounded, len(seen)),
        convention=(
            "gamma-Poisson, maximum likelihood; equal-tailed quantiles of each rate given the "
            "fitted distribution"
        ),
    )


def _fit(seen: Counted, bounds: tuple[float, float] | None) -> tuple[GammaRates, bool]:
    """Return the fit, and whether it is held at a bound of the caller's."""
    fit = fit_gamma_rates(seen)
    if bounds is None:
        return fit, False
    low, high = bounds
    if not 0 < low < high < np.inf:
        raise UsageError(f"bounds of a shape are two numbers 0 < low < high, got {bounds}")
    if fit.boundary is None and low <= fit.shape <= high:
        return fit, False
    held = low if fit.boundary == "no-mean" or fit.shape < low else high
    at = fit_gamma_rates(seen, (held * (1 - 1e-9), held * (1 + 1e-9)))
    reached = fit.boundary or "bound"
    return GammaRates(held, at.mean, at.log_likelihood, fit.poisson_log_likelihood, reached), True


def _posterior(given: Counted, fit: GammaRates, level: float) -> tuple[Floats, ...]:
    """Return mean, limits and own weight of every group's rate."""
    shape, rate = fit.shape + given.cases, fit.shape / fit.mean + given.exposure
    tail = (1 - level) / 2
    low, high = gammaincinv(shape, tail) / rate, gammaincinv(shape, 1 - tail) / rate
    return shape / rate, low, high, given.exposure / rate


def _table(
    names: list[object], given: Counted, posterior: tuple[Floats, ...] | None, scale: float
) -> pd.DataFrame:
    """Return the rates of the groups; shrunken ones only where the distribution is known."""
    unknown = np.full(len(given), np.nan)
    mean, low, high, weight = posterior or (unknown, unknown, unknown, unknown)
    crude = np.divide(given.cases, given.exposure, out=unknown.copy(), where=given.exposure > 0)
    return pd.DataFrame(
        {
            "group": names,
            "cases": given.cases.astype(np.int64),
            "exposure": given.exposure,
            "rate": crude * scale,
            "shrunken": mean * scale,
            "low": low * scale,
            "high": high * scale,
            "weight": weight,
        }
    )


def _verdict(fit: GammaRates, bounded: bool, groups: int) -> str:
    """Return how far the distribution of rates is known, in words."""
    if fit.boundary is None:
        few = f"; from {groups} groups only, its shape is rough" if groups < FEW else ""
        return f"identified: the rates spread with shape {fit.shape:.3g}{few}"
    if bounded and fit.boundary == "bound":
        return f"bounded fit: the shape is held at {fit.shape:.3g}, the likelihood peaks outside"
    reason = {
        "no-spread": "the groups differ no more than by chance, and the likelihood has its maximum "
        "at one common rate",
        "no-mean": "the shape runs to 0",
    }[fit.boundary]
    if bounded:
        return f"not identified: {reason}; bounded fit, the shape is held at {fit.shape:.3g}"
    return f"not identified: {reason}; no shrunken rate is given"
