"""Weibull accelerated failure time regression: covariates stretch or shrink time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri

from workbench.errors import DataError, UsageError
from workbench.methods.survival.design import checked_design, standardised
from workbench.methods.survival.observed import Observed
from workbench.methods.survival.weibull_newton import (
    covariance_of,
    maximum,
    terms_of,
    to_time_scale,
)
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_level, check_positive


@dataclass(frozen=True, eq=False)
class WeibullFit:
    """A fitted regression: ``log T = intercept + x coefficients + scale * error``.

    The error has the smallest extreme value distribution. A coefficient is the logarithm of a time
    ratio: above 0 the event comes later.

    Attributes:
        names: Of the covariates, ``(p,)``.
        intercept: Of the logarithm of time.
        coefficients: Shape ``(p,)``.
        scale: One over the Weibull shape.
        covariance: Of intercept, coefficients and, where it was estimated, log scale; robust where
            rows have weights or clusters.
        log_likelihood: On the scale of time, as R ``survreg``.
        null_log_likelihood: Without covariates.
        n: Rows.
        n_events: Events, weights aside.
        iterations: Newton steps.
        convention: Distribution and errors in words.
    """

    names: tuple[str, ...]
    intercept: float
    coefficients: NDArray[np.float64]
    scale: float
    covariance: NDArray[np.float64]
    log_likelihood: float
    null_log_likelihood: float
    n: int
    n_events: int
    iterations: int
    convention: str

    def location(self, design: pd.DataFrame | ArrayLike) -> NDArray[np.float64]:
        """Return the logarithm of the time by which 63 % have the event, ``(n,)``."""
        values = checked_design(design, self.names)
        return np.asarray(self.intercept + values @ self.coefficients)

    def risk(self, design: pd.DataFrame | ArrayLike) -> NDArray[np.float64]:
        """Return a risk, higher for an earlier event: the logarithm of the hazard ratio."""
        values = checked_design(design, self.names)
        return np.asarray(-(values @ self.coefficients) / self.scale)

    def survival(
        self, design: pd.DataFrame | ArrayLike, times: Sequence[float]
    ) -> NDArray[np.float64]:
        """Return the probability of no event up to and including each time, ``(n, K)``.

        Raises:
            DataError: The columns are not those of the fit.
            UsageError: A time is not a number above 0.
        """
        for time in times:
            check_positive("time", time)
        gap = np.log(np.asarray(times, dtype=np.float64)) - self.location(design)[:, None]
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(-np.exp(gap / self.scale)))

    def quantiles(
        self, design: pd.DataFrame | ArrayLike, shares: Sequence[float]
    ) -> NDArray[np.float64]:
        """Return the time by which each share has had the event, ``(n, K)``; 0.5 is the median.

        Raises:
            UsageError: A share does not lie between 0 and 1.
        """
        asked = numbers(shares, "shares")
        if not ((asked > 0) & (asked < 1)).all():
            raise UsageError(f"shares lie between 0 and 1, got {list(shares)}")
        spread = self.scale * np.log(-np.log1p(-asked))
        return np.asarray(np.exp(self.location(design)[:, None] + spread))

    def table(self, level: float = 0.95) -> pd.DataFrame:
        """Return one row a covariate: coefficient, standard error, time ratio with interval, p."""
        check_level(level)
        error = np.sqrt(np.diag(self.covariance))[1 : 1 + len(self.names)]
        reach = float(ndtri((1 + level) / 2)) * error
        return pd.DataFrame(
            {
                "covariate": list(self.names),
                "coefficient": self.coefficients,
                "standard_error": error,
                "time_ratio": np.exp(self.coefficients),
                "low": np.exp(self.coefficients - reach),
                "high": np.exp(self.coefficients + reach),
                "p_value": 2 * ndtr(-np.abs(self.coefficients / error)),
                "hazard_ratio": np.exp(-self.coefficients / self.scale),
            }
        )


def fit_weibull(
    observed: Observed,
    design: pd.DataFrame | ArrayLike,
    *,
    names: Sequence[str] | None = None,
    scale: float | None = None,
) -> WeibullFit:
    """Fit a Weibull regression by Newton's method; equal to R ``survreg``.

    Args:
        observed: Follow-up; every end of it but event 1 is censoring. Delayed entry is allowed for.
        design: Covariates ``(n, p)`` without a column of ones; a frame brings its names.
        names: Names of the columns of an array.
        scale: A fixed scale; 1 is exponential regression.

    Raises:
        DataError: Not numbers, or by code ``no-event``, ``no-variation`` (a constant column),
            ``collinear``, ``separation`` (a covariate without an event in one of its groups, whose
            coefficient runs to infinity), ``not-converged``.

    >>> from workbench.methods.survival.observed import observe
    >>> fit = fit_weibull(observe([2, 4, 6, 8], [1, 1, 1, 1]), np.array([[0], [0], [1], [1.0]]))
    >>> fit.table()["time_ratio"].round(3).tolist()
    [2.078]
    """
    values = checked_design(design, names, n=len(observed))
    columns = _names(design, names, values.shape[1])
    if not (observed.event == 1).any():
        raise DataError(f"nobody of {len(observed)} rows has the event [no-event]")
    scaled, middle, spread = standardised(values, columns)
    shift = float(np.log(observed.time).mean())
    null = maximum(terms_of(observed, scaled[:, :0], shift), (), scale)
    terms = terms_of(observed, scaled, shift)
    b, a, steps = maximum(terms, columns, scale, start=(null[0], null[1]))
    back = to_time_scale(b, a, shift, middle, spread, fixed=scale is not None)
    robust = observed.weighted or observed.cluster is not None
    covariance = (
        back.jacobian @ covariance_of(observed, terms, b, a, scale, robust) @ back.jacobian.T
    )
    jump = shift * float(observed.weights @ (observed.event == 1))
    return WeibullFit(
        columns,
        back.intercept,
        back.coefficients,
        1.0 / a,
        covariance,
        terms.value(b, a) - jump,
        terms_of(observed, scaled[:, :0], shift).value(null[0], null[1]) - jump,
        len(observed),
        int((observed.event == 1).sum()),
        steps,
        ("Weibull" if scale is None else f"Weibull with scale {scale:g}")
        + " accelerated failure time; "
        + ("robust errors" if robust else "errors by the observed information"),
    )


def _names(
    design: pd.DataFrame | ArrayLike, names: Sequence[str] | None, p: int
) -> tuple[str, ...]:
    """Return the names of the columns."""
    if names is not None:
        return tuple(names)
    if isinstance(design, pd.DataFrame):
        return tuple(str(name) for name in design.columns)
    return tuple(f"x{place + 1}" for place in range(p))
