"""Baseline hazards of Cox models, and the survival of new rows at chosen times."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, did_you_mean

if TYPE_CHECKING:
    from workbench.methods.survival.cox import CoxFit

Floats = NDArray[np.float64]


def table(fit: CoxFit, at: ArrayLike | None) -> pd.DataFrame:
    """Return the baseline hazard of each stratum at its event times.

    The steps share ties as the fit did, as R ``survfit`` of a Cox model does (Efron's estimator,
    or Breslow's).

    Args:
        fit: The model.
        at: Covariates the hazard is for, ``(p,)``; zeros unless given.
    """
    sets = fit.sets
    row = np.zeros(len(fit.names)) if at is None else np.asarray(at, dtype=np.float64)
    hazard = fit.state.sums.hazard * np.exp(_log_ratio_to_centre(fit, row))
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


def _log_ratio_to_centre(fit: CoxFit, row: Floats) -> float:
    """Return the log hazard ratio of a row, of offset 0, against the one hazards are kept for."""
    return float((row - fit.sets.means) @ fit.coefficients - fit.sets.offset_mean)


def survival(
    fit: CoxFit,
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
    ratio = np.exp(eta + _log_ratio_to_centre(fit, np.zeros(len(fit.names))))
    stratum = _strata(fit, strata, len(ratio))
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
    return np.asarray(x @ coefficients + np.asarray(offset, dtype=np.float64))


def _strata(fit: CoxFit, strata: ArrayLike | None, n: int) -> NDArray[np.int64]:
    """Return the numbers of the strata of new rows."""
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
