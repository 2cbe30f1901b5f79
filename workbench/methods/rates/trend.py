"""How a reporting rate changes with time since launch: more reports early on, fewer later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from workbench.errors import DataError
from workbench.methods.rates.counted import Counted, counted
from workbench.methods.rates.log_linear import fit_log_linear
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_level


@dataclass(frozen=True, eq=False)
class Trend:
    """A log-linear trend.

    Attributes:
        table: One row a covariate: ``covariate, ratio, low, high, p``; a ratio of rates per year.
        dispersion: Pearson's statistic over its degrees of freedom.
        fitted: Expected cases of each row, NaN where nobody was exposed, ``(n,)``.
        level: Of the intervals.
        verdict: In words.
        convention: In words.
    """

    table: pd.DataFrame
    dispersion: float
    fitted: np.ndarray
    level: float
    verdict: str
    convention: str


def trend(
    cases: ArrayLike,
    exposure: ArrayLike,
    years_since_launch: ArrayLike,
    *,
    calendar_year: ArrayLike | None = None,
    level: float = 0.95,
) -> Trend:
    """Return the change of a rate per year since launch, by Poisson regression.

    Where the counts spread more than chance, errors are widened by the root of Pearson's dispersion
    (quasi-Poisson); they are never narrowed. A falling rate after launch is the known course of
    reporting (Weber effect) and no proof that a drug became safer.

    Args:
        cases: Of each period, or drug and period, ``(n,)``.
        exposure: Patients or person-years, ``(n,)``.
        years_since_launch: Middle of each period, in years since the launch of its drug, ``(n,)``.
        calendar_year: Middle of each period; with drugs of several launches both can be told apart.
        level: Confidence level.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`; times that are not one
            finite number a row; ``too-few``, ``collinear``, ``no-maximum`` as
            :func:`~workbench.methods.rates.log_linear.fit_log_linear`.
        UsageError: A level that is no share.

    >>> found = trend([40, 28, 21, 15], [1000, 1000, 1000, 1000], [0.5, 1.5, 2.5, 3.5])
    >>> found.table["ratio"].round(3).tolist()
    [0.723]
    """
    check_level(level)
    given = counted(cases, exposure)
    columns = {"year since launch": years_since_launch}
    if calendar_year is not None:
        columns["calendar year"] = calendar_year
    times = np.column_stack([_times(values, name, given) for name, values in columns.items()])
    seen = given.exposure > 0
    middle = times[seen].mean(axis=0)  # the rate of the first column is that of a usual period
    design = np.column_stack([np.ones(int(seen.sum())), times[seen] - middle])
    fit = fit_log_linear(given.exposed(), design)
    widened = bool(fit.dispersion > 1)
    errors = np.sqrt(np.diag(fit.covariance) * (fit.dispersion if widened else 1.0))[1:]
    slope, reach = fit.coefficients[1:], float(ndtri((1 + level) / 2)) * errors
    table = pd.DataFrame(
        {
            "covariate": list(columns),
            "ratio": np.exp(slope),
            "low": np.exp(slope - reach),
            "high": np.exp(slope + reach),
            "p": 2 * ndtr(-np.abs(slope / errors)),
        }
    )
    fitted = np.full(len(given), np.nan)
    fitted[seen] = fit.fitted
    words = "quasi-Poisson errors" if widened else "Poisson errors"
    return Trend(
        table, fit.dispersion, fitted, level, _verdict(table),
        f"log-linear Poisson regression with exposure as offset; {words}; normal interval",
    )  # fmt: skip


def _times(values: ArrayLike, name: str, given: Counted) -> np.ndarray:
    """Return one time a row."""
    found = np.atleast_1d(numbers(values, name))
    if found.shape != given.cases.shape or not np.isfinite(found).all():
        raise DataError(f"{name} must be one finite number a row, {len(given)} of them")
    return found


def _verdict(table: pd.DataFrame) -> str:
    """Return the change per year since launch, in words."""
    first = table.iloc[0]
    change = (
        f"ratio {first['ratio']:.2f} a year since launch ({first['low']:.2f}-{first['high']:.2f})"
    )
    if first["high"] < 1:
        return f"reporting falls: {change}"
    return f"reporting rises: {change}" if first["low"] > 1 else f"no clear trend: {change}"
