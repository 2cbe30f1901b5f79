"""Confidence intervals of the survival curve that a Cox model gives for one row."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from workbench.errors import UsageError, did_you_mean
from workbench.methods.survival.baseline import new_rows, strata_numbers
from workbench.methods.survival.cox import CoxFit
from workbench.methods.survival.residuals import expected_steps

Floats = NDArray[np.float64]
Scale = Literal["log", "log-log", "plain"]


def survival_interval(
    fit: CoxFit,
    row: ArrayLike | pd.DataFrame,
    times: ArrayLike,
    *,
    stratum: str | None = None,
    level: float = 0.95,
    scale: Scale = "log",
) -> pd.DataFrame:
    """Return the survival of one row at chosen times, with intervals.

    The error counts the steps of the hazard and the coefficients (Tsiatis 1981, Ann Stat 9:93),
    by their robust covariance where the fit shows robust errors, as R ``survfit`` of a Cox model.

    Args:
        fit: The model.
        row: Covariates, ``(1, p)``.
        times: Times, ``(K,)``.
        stratum: Of the row, where the model has strata.
        level: Of the intervals.
        scale: On which they are symmetric: ``log`` (R's default), ``log-log`` or ``plain``.

    Returns:
        Columns ``time, survival, standard_error, low, high``; the error is that of the survival.

    Raises:
        UsageError: Unknown scale; a level out of range.
        DataError: ``wrong-shape``, ``not-finite``, ``unknown-stratum``.
    """
    if scale not in get_args(Scale):
        known = ", ".join(get_args(Scale))
        hint = did_you_mean(scale, get_args(Scale))
        raise UsageError(f"scale is one of {known}; got '{scale}'", remedy=hint)
    if not 0 < level < 1:
        raise UsageError(f"a level lies between 0 and 1; got {level}")
    sets, sums = fit.sets, fit.state.sums
    x = new_rows(fit.names, row)
    if len(x) != 1:
        raise UsageError(f"expected one row, got {len(x)}")
    number = strata_numbers(fit, None if stratum is None else [stratum], 1)[0]
    steps = sets.strata == number
    place = np.searchsorted(sets.times[steps], np.asarray(times, float), side="right")

    def until(values: Floats) -> Floats:
        """Return the sum of the stratum's steps up to each time."""
        start = np.zeros((1, *values.shape[1:]))
        return np.asarray(np.concatenate([start, np.cumsum(values[steps], axis=0)])[place])

    away = x[0] - sets.means
    hazard = until(sums.hazard)
    drift = np.outer(hazard, away) - until(expected_steps(sets, fit.state))
    covariance = fit.robust_covariance if fit.robust_by_default else fit.covariance
    ratio = float(np.exp(away @ fit.coefficients - sets.offset_mean))
    variance = until(sums.squared) + np.einsum("ki,ij,kj->k", drift, covariance, drift)
    return _table(np.asarray(times, float), ratio * hazard, ratio * np.sqrt(variance), level, scale)


def _table(
    times: Floats, hazard: Floats, error: Floats, level: float, scale: Scale
) -> pd.DataFrame:
    """Return survival and its interval from a cumulative hazard and its error."""
    survival, reach = np.exp(-hazard), ndtri((1 + level) / 2) * error
    if scale == "log":
        low, high = np.exp(-hazard - reach), np.exp(-hazard + reach)
    elif scale == "plain":
        low, high = survival * (1 - reach), survival * (1 + reach)
    else:
        with np.errstate(divide="ignore", invalid="ignore"):
            stretch = np.exp(np.where(hazard > 0, reach / hazard, 0.0))
        low, high = np.exp(-hazard * stretch), np.exp(-hazard / stretch)
    return pd.DataFrame(
        {
            "time": times,
            "survival": survival,
            "standard_error": survival * error,
            "low": np.clip(low, 0.0, 1.0),
            "high": np.clip(high, 0.0, 1.0),
        }
    )
