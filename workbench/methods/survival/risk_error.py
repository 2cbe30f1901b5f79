"""Confidence intervals of the absolute risk that cause-specific Cox models give for one row."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from workbench.errors import DataError, UsageError
from workbench.methods.survival import baseline
from workbench.methods.survival.cause_specific import CauseSpecificFit
from workbench.methods.survival.cox import CoxFit
from workbench.methods.survival.residuals import expected_steps

Floats = NDArray[np.float64]


def absolute_risk_interval(
    fit: CauseSpecificFit,
    row: ArrayLike | pd.DataFrame,
    times: ArrayLike,
    *,
    cause: int = 1,
    stratum: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the absolute risk of one row at chosen times, with intervals.

    The error adds up the squares of each row's influence on the risk, through the coefficients and
    the baseline hazards of all causes (Ozenne et al. 2017, R Journal 9:440), over clusters where
    they are. The influences are derivatives by the rows' weights; errors are within 1 % of those of
    R ``riskRegression``.

    Args:
        fit: The models.
        row: Covariates, ``(1, p)``.
        times: Times, ``(K,)``.
        cause: The cause.
        stratum: Of the row, where the models have strata.
        level: Of the intervals, symmetric on the scale of ``log(-log(1 - risk))``.

    Returns:
        Columns ``time, risk, standard_error, low, high``; ends are empty where the risk is 0.

    Raises:
        UsageError: More than one row; a level out of range.
        DataError: ``unknown-cause``, ``wrong-shape``, ``not-finite``, ``unknown-stratum``.
    """
    if not 0 < level < 1:
        raise UsageError(f"a level lies between 0 and 1; got {level}")
    if len(np.asarray(row)) != 1:
        raise UsageError(f"expected one row, got {len(np.asarray(row))}")
    if cause not in fit.fits:
        raise DataError(f"no model of cause {cause}; there are {list(fit.fits)} [unknown-cause]")
    asked = np.asarray(times, dtype=np.float64)
    strata = None if stratum is None else [stratum]
    number = int(baseline.strata_numbers(fit.fits[cause], strata, 1)[0])
    grid, free, risk = _course(fit, row, cause, number)
    at = np.append(0.0, risk)[np.searchsorted(grid, asked, side="right")]
    error = np.empty(len(asked))
    for place, time in enumerate(asked):
        effect: Floats = np.zeros(1)
        for key, model in fit.fits.items():
            mine = np.searchsorted(grid, model.sets.times)
            here = (model.sets.strata == number) & (model.sets.times <= time)
            mine = np.where(here, mine, 0)
            factor = risk[mine] - at[place] + (free[mine] if key == cause else 0.0)
            effect = effect + _influence(model, row, np.where(here, factor, 0.0))
        error[place] = np.sqrt(_over_clusters(fit.fits[cause], effect))
    return _table(asked, at, error, level)


def _course(
    fit: CauseSpecificFit, row: ArrayLike | pd.DataFrame, cause: int, stratum: int
) -> tuple[Floats, Floats, Floats]:
    """Return all event times, the freedom from events just before each, and the risk after it."""
    grid, steps = fit.hazard_steps(stratum)
    each = {
        key: steps[key] * np.exp(model.linear_predictor(row)[0]) for key, model in fit.fits.items()
    }
    total = np.cumsum(np.sum(list(each.values()), axis=0))
    free = np.exp(-np.append(0.0, total[:-1]))
    return grid, free, np.cumsum(free * each[cause])


def _influence(model: CoxFit, row: ArrayLike | pd.DataFrame, factor: Floats) -> Floats:
    """Return each row's influence on the sum of a cause's hazard steps times factors, ``(n,)``.

    Rows as in the data: risk sets of another cause have them in another order.
    """
    sets, state, sums = model.sets, model.state, model.state.sums
    away = baseline.new_rows(model.names, row)[0] - sets.means
    ratio = np.exp(away @ model.coefficients - sets.offset_mean)
    met = sets.over_follow_up(factor * sums.squared)
    met[sets.event_rows] -= (factor * sums.mixed)[sets.group]
    direct = -state.risk * met
    share = (factor * sums.hazard / sets.event_weight)[sets.group]
    direct[sets.event_rows] += sets.weight[sets.event_rows] * share
    slope = away * (factor @ sums.hazard) - factor @ expected_steps(sets, state)
    influence = np.empty(len(direct))
    influence[sets.order] = ratio * (direct + model.coefficient_effects() @ slope)
    return influence


def _over_clusters(model: CoxFit, effect: Floats) -> float:
    """Return the sum of the squares of effects, added up in clusters first."""
    if model.data.cluster is not None:
        together = np.bincount(model.data.cluster, effect)
        return float(together @ together)
    return float(effect @ effect)


def _table(times: Floats, risk: Floats, error: Floats, level: float) -> pd.DataFrame:
    """Return risks with errors and intervals."""
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = -np.log1p(-risk)
        stretch = np.exp(ndtri((1 + level) / 2) * error / ((1 - risk) * hazard))
        low, high = -np.expm1(-hazard / stretch), -np.expm1(-hazard * stretch)
    return pd.DataFrame(
        {"time": times, "risk": risk, "standard_error": error, "low": low, "high": high}
    )
