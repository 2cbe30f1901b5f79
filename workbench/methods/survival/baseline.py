"""Baseline hazards of Cox models, and the survival of new rows at chosen times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, did_you_mean
from workbench.methods.survival.partial_likelihood import State
from workbench.methods.survival.risk_sets import RiskSets

if TYPE_CHECKING:
    from workbench.methods.survival.cox_model import CoxModel

Floats = NDArray[np.float64]


def table(fit: CoxModel, at: ArrayLike | None) -> pd.DataFrame:
    """Return the baseline hazard of each stratum at its event times.

    The steps share ties as the fit did, as R ``survfit`` of a Cox model does (Efron's estimator,
    or Breslow's).

    Args:
        fit: The model.
        at: Covariates the hazard is for, ``(p,)``; zeros unless given.
    """
    sets = fit.sets
    row = None if at is None else np.asarray(at, dtype=np.float64)
    hazard = hazard_steps(sets, fit.state, fit.coefficients, row)
    frame = pd.DataFrame(
        {
            "stratum": np.asarray(fit.data.strata, dtype=object)[sets.strata],
            "time": sets.times,
            "events": sets.events,
            "hazard": hazard,
        }
    )
    frame["cumulative_hazard"] = frame.groupby(sets.strata)["hazard"].cumsum()
    frame["survival"] = np.exp(-frame["cumulative_hazard"])
    return frame


def hazard_steps(
    sets: RiskSets, state: State, coefficients: Floats, row: Floats | None = None
) -> Floats:
    """Return the step of a row's cumulative hazard at each event time, ``(K,)``.

    Args:
        sets: The risk sets.
        state: Their state.
        coefficients: Those of the state.
        row: Covariates, of offset 0; zeros unless given.
    """
    away = -sets.means if row is None else row - sets.means
    return np.asarray(state.sums.hazard * np.exp(away @ coefficients - sets.offset_mean))


def survival(
    fit: CoxModel,
    design: ArrayLike | pd.DataFrame,
    times: ArrayLike,
    strata: ArrayLike | None,
    offset: ArrayLike,
) -> Floats:
    """Return the probability of no event up to and including each time, ``(m, K)``.

    Raises:
        DataError: ``wrong-shape``, ``not-finite``, ``unknown-stratum``.
    """
    sets, asked = fit.sets, np.asarray(times, dtype=np.float64)
    eta = linear_predictor(fit.names, fit.coefficients, design, offset)
    # Hazards are kept for the mean row, and ratios are against it: nothing far off overflows.
    ratio = np.exp(eta - fit.sets.means @ fit.coefficients - fit.sets.offset_mean)
    stratum = strata_numbers(fit, strata, len(ratio))
    out = np.empty((len(ratio), len(asked)))
    for number in np.unique(stratum):
        steps = sets.strata == number
        cumulative = np.append(0.0, np.cumsum(fit.state.sums.hazard[steps]))
        met = cumulative[np.searchsorted(sets.times[steps], asked, side="right")]
        rows = stratum == number
        out[rows] = np.exp(-np.outer(ratio[rows], met))
    return out


def linear_predictor(
    names: tuple[str, ...],
    coefficients: Floats,
    design: ArrayLike | pd.DataFrame,
    offset: ArrayLike,
) -> Floats:
    """Return the log hazard ratio of each new row against a row of zeros, ``(m,)``.

    Raises:
        DataError: As :func:`new_rows`.
    """
    return np.asarray(new_rows(names, design) @ coefficients + np.asarray(offset, dtype=np.float64))


def new_rows(names: tuple[str, ...], design: ArrayLike | pd.DataFrame) -> Floats:
    """Return the covariates of new rows in the model's order of columns, ``(m, p)``.

    Raises:
        DataError: ``wrong-shape``, ``not-finite``; columns of a frame are missing.
    """
    if isinstance(design, pd.DataFrame):
        absent = [name for name in names if name not in design.columns]
        if absent:
            raise DataError(f"the new rows lack the columns {absent} [wrong-shape]")
        design = design[list(names)]
    x = np.asarray(design, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] != len(names):
        raise DataError(f"new rows need {len(names)} columns, got shape {x.shape} [wrong-shape]")
    bad = ~np.isfinite(x).all(axis=1)
    if bad.any():
        raise DataError(f"a covariate has no value in {bad.sum()} new rows [not-finite]")
    return x


def strata_numbers(fit: CoxModel, strata: ArrayLike | None, n: int) -> NDArray[np.int64]:
    """Return the numbers of the strata of new rows, ``(n,)``.

    Raises:
        DataError: ``unknown-stratum``, ``wrong-shape``.
    """
    known = fit.data.strata
    if not fit.data.stratified:
        return np.zeros(n, dtype=np.int64)
    if strata is None:
        raise DataError(
            "the model has strata: name the stratum of each new row [unknown-stratum]",
            remedy=f"give strata=, out of {list(known)[:10]}",
        )
    labels = [str(label) for label in np.asarray(strata, dtype=object)]
    if len(labels) != n:
        raise DataError(f"{len(labels)} strata for {n} new rows [wrong-shape]")
    places = {name: number for number, name in enumerate(known)}
    for label in labels:
        if label not in places:
            hint = did_you_mean(label, known)
            raise DataError(
                f"no baseline hazard for stratum '{label}' [unknown-stratum]", remedy=hint
            )
    return np.array([places[label] for label in labels], dtype=np.int64)
