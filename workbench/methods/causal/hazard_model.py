"""The models behind augmented estimators: Cox regressions of the event and of censoring."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.causal.starts import Starts
from workbench.methods.survival.baseline import hazard_steps
from workbench.methods.survival.cox import CoxFit, fit_checked
from workbench.methods.survival.cox_data import checked_cox_data

_FEWEST_EVENTS = 5
# Of one among many fits, whose covariance nobody asks for: its last step brings the coefficients to
# 1e-10 of their errors.
_ENOUGH = 1e-10


@dataclass(frozen=True, eq=False)
class HazardModel:
    """Hazards that rise in steps, proportional between persons.

    Attributes:
        times: Distinct event times, rising, shape ``(m,)``.
        cumulative: Baseline hazard summed up to each, ``(m,)``.
        columns: Covariates that hazards differ by.
        centre: Their means in the persons fitted on, which the baseline is of, ``(p,)``.
        fit: The Cox model, or None where no covariate varies or nobody had the event.
        left_out: Columns of two values that too few events tell apart: those persons share the
            hazard of the others.
    """

    times: NDArray[np.float64]
    cumulative: NDArray[np.float64]
    columns: tuple[str, ...]
    centre: NDArray[np.float64]
    fit: CoxFit | None
    left_out: tuple[str, ...] = ()

    def centred(self, covariates: pd.DataFrame) -> NDArray[np.float64]:
        """Return the covariates of the model less their means, ``(n, p)``."""
        names, values = list(covariates.columns), covariates.to_numpy(np.float64)
        if len(names) == len(self.columns):
            return np.asarray(values - self.centre)
        # By places: choosing columns of a frame takes longer than all the rest.
        return np.asarray(values[:, [names.index(name) for name in self.columns]] - self.centre)

    def ratio(self, covariates: pd.DataFrame) -> NDArray[np.float64]:
        """Return the hazard of each person against the baseline, ``(n,)``."""
        if self.fit is None:
            return np.ones(len(covariates))
        return np.asarray(np.exp(self.centred(covariates) @ self.fit.coefficients))

    def at(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the baseline hazard up to and including each day."""
        return self._read(days, "right")

    def before(self, days: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the baseline hazard before each day."""
        return self._read(days, "left")

    def _read(self, days: NDArray[np.float64], side: str) -> NDArray[np.float64]:
        place = np.searchsorted(self.times, days, side=side)  # type: ignore[call-overload]
        return np.asarray(np.append(0.0, self.cumulative)[place])


def fit_hazard(
    covariates: pd.DataFrame,
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    what: str,
    counts: NDArray[np.float64] | None = None,
    starts: Starts | None = None,
) -> HazardModel:
    """Fit a Cox regression on the columns that vary (Breslow's steps).

    A column of two values of which one saw fewer than five events is left out, and named: its
    coefficient would have no end, or be noise.

    Args:
        covariates: One numeric column each, ``(n, p)``.
        time: Days, ``(n,)``.
        event: Whether the event was seen, ``(n,)``.
        what: Name of the model, for errors.
        counts: How often each person counts, above 0, ``(n,)``: the fit is that of copies.
        starts: Where earlier fits of the model ended, to begin there.

    Raises:
        DataError: ``separation`` and the other faults of
            :func:`~workbench.methods.survival.cox.fit_cox`, with the model named.
    """
    if not event.any():
        return HazardModel(np.empty(0), np.empty(0), (), np.empty(0), None)
    values = covariates.to_numpy(np.float64)
    names = [str(name) for name in covariates.columns]
    varies = values.min(axis=0) < values.max(axis=0) if values.size else np.zeros(0, bool)
    often = np.ones(len(time)) if counts is None else counts
    sparse = varies & _sparse(values, event, often)
    varies &= ~sparse
    columns, left_out = tuple(compress(names, varies)), tuple(compress(names, sparse))
    if not columns:
        return _nelson_aalen(time, event, often, left_out)
    began = None if starts is None else starts.of(what, columns)
    try:
        rows = checked_cox_data(values[:, varies], time, event, weights=counts, names=columns)
        fit = fit_checked(rows, "breslow", began, None if starts is None else _ENOUGH)
    except DataError as error:
        raise DataError(
            f"{what}: {error.message}",
            where=error.where,
            problems=error.problems,
            remedy=error.remedy or "merge rare categories, or ask for fewer folds",
        ) from error
    if starts is not None:
        starts.keep(what, columns, fit.coefficients)
    centre = values[:, varies].mean(axis=0)
    steps = hazard_steps(fit.sets, fit.state, fit.coefficients, centre)
    return HazardModel(fit.sets.times, np.cumsum(steps), columns, centre, fit, left_out)


def _sparse(
    values: NDArray[np.float64], event: NDArray[np.bool_], often: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say which columns have two values of which one saw too few events, ``(p,)``."""
    low, high = values.min(axis=0), values.max(axis=0)
    two = ((values == low) | (values == high)).all(axis=0)
    raised = often[event] @ (values[event] == high)
    return np.asarray(two & (np.minimum(raised, often[event].sum() - raised) < _FEWEST_EVENTS))


def _nelson_aalen(
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    often: NDArray[np.float64],
    left_out: tuple[str, ...],
) -> HazardModel:
    """Return the hazard of everybody alike."""
    times, place = np.unique(time[event], return_inverse=True)
    events, order = np.bincount(place, often[event]), np.argsort(time)
    gone = np.append(0.0, np.cumsum(often[order]))
    at_risk = gone[-1] - gone[np.searchsorted(time[order], times, side="left")]
    return HazardModel(times, np.cumsum(events / at_risk), (), np.empty(0), None, left_out)
