"""A Cox model for each of several causes, and the absolute risk that follows from all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.methods.survival import baseline
from workbench.methods.survival.causes import checked_causes
from workbench.methods.survival.cox import CoxFit, fit_cox
from workbench.methods.survival.cox_data import NonPositive
from workbench.methods.survival.tie_sums import Ties

Floats = NDArray[np.float64]
_CELLS = 2_000_000  # of rows times event times held at once


def fit_cause_specific(
    design: ArrayLike | pd.DataFrame,
    time: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    ties: Ties = "efron",
    names: Sequence[str] | None = None,
    non_positive: NonPositive = "reject",
) -> CauseSpecificFit:
    """Fit a Cox model for each cause, in which events of the other causes are censored.

    Args:
        design: Covariates without an intercept, ``(n, p)``.
        time: Time of the first event of any cause or of the last contact, ``(n,)``.
        event: 0 where censored, else the number of the cause, ``(n,)``.
        entry: As in ``fit_cox``, like all that follow.
        weights: Case weights.
        strata: Label of each row.
        cluster: Label of each row.
        ties: ``efron`` or ``breslow``.
        names: Of the covariates.
        non_positive: ``reject`` or ``half-day``.

    Raises:
        DataError: ``not-a-cause``, ``all-censored``; as ``fit_cox``, for each cause.
        RunError: ``not-converged``.

    >>> fit = fit_cause_specific([[0.0], [1], [1], [0], [1]], [1, 2, 3, 4, 5], [1, 2, 1, 2, 0])
    >>> fit.absolute_risk([[0.0]], [3.0]).round(3).tolist()
    [[0.514]]
    """
    codes = checked_causes(event)
    fits = {
        cause: fit_cox(
            design,
            time,
            codes == cause,
            entry=entry,
            weights=weights,
            strata=strata,
            cluster=cluster,
            ties=ties,
            names=names,
            non_positive=non_positive,
        )
        for cause in sorted({int(code) for code in np.unique(codes)} - {0})
    }
    return CauseSpecificFit(fits)


@dataclass(frozen=True, eq=False)
class CauseSpecificFit:
    """Cox models of all causes.

    Attributes:
        fits: The model of each cause.
    """

    fits: Mapping[int, CoxFit]

    def summary(self, *, level: float = 0.95, robust: bool | None = None) -> pd.DataFrame:
        """Return one row a cause and covariate; columns as ``CoxFit.summary`` after ``cause``.

        Args:
            level: Of the intervals.
            robust: As in ``CoxFit.summary``.
        """
        tables = [
            fit.summary(level=level, robust=robust).assign(cause=cause)
            for cause, fit in self.fits.items()
        ]
        table = pd.concat(tables, ignore_index=True)
        return table[["cause", *table.columns[:-1]]]

    def absolute_risk(
        self,
        design: ArrayLike | pd.DataFrame,
        times: ArrayLike,
        *,
        cause: int = 1,
        strata: ArrayLike | None = None,
        product_limit: bool = False,
    ) -> Floats:
        """Return the probability of an event of a cause by each time, ``(m, K)``.

        The hazard of the cause times the probability of being free of all causes just before,
        summed over event times (Benichou and Gail 1990, Biometrics 46:813). Equal to R
        ``riskRegression::CSC``.

        Args:
            design: Covariates of new rows, ``(m, p)``.
            times: Times, ``(K,)``; beyond the last event the risk stays where it was.
            cause: The cause.
            strata: Stratum of each new row, where the models have strata.
            product_limit: Whether being free of events is a product of 1 less each step (then risks
                and the probability of no event add up to 1) or the exponential of minus the sum of
                the steps, which lies in [0, 1] for every row.

        Raises:
            DataError: ``unknown-cause``, ``wrong-shape``, ``not-finite``, ``unknown-stratum``.
        """
        if cause not in self.fits:
            raise DataError(
                f"no model of cause {cause}; there are {list(self.fits)} [unknown-cause]"
            )
        ratios = {
            number: np.exp(baseline.linear_predictor(fit.names, fit.coefficients, design, 0.0))
            for number, fit in self.fits.items()
        }
        asked = np.asarray(times, dtype=np.float64)
        any_fit = self.fits[cause]
        stratum = baseline.strata_numbers(any_fit, strata, len(ratios[cause]))
        out = np.empty((len(stratum), len(asked)))
        for number in np.unique(stratum):
            grid, steps = self.hazard_steps(int(number))
            places = np.searchsorted(grid, asked, side="right")
            rows = np.flatnonzero(stratum == number)
            for part in np.array_split(rows, 1 + len(rows) * len(grid) // _CELLS):
                each = {key: np.outer(ratios[key][part], steps[key]) for key in steps}
                risk = _incidence(each[cause], sum(each.values()), product_limit)
                out[part] = risk[:, places]
        return out

    def hazard_steps(self, stratum: int) -> tuple[Floats, dict[int, Floats]]:
        """Return all event times of a stratum, and each cause's step of a row of zeros there."""
        mine = {cause: fit.sets.strata == stratum for cause, fit in self.fits.items()}
        every = [fit.sets.times[mine[cause]] for cause, fit in self.fits.items()]
        grid = np.unique(np.concatenate(every))
        steps = {}
        for cause, fit in self.fits.items():
            steps[cause] = np.zeros(len(grid))
            hazard = baseline.hazard_steps(fit.sets, fit.state, fit.coefficients)[mine[cause]]
            steps[cause][np.searchsorted(grid, fit.sets.times[mine[cause]])] = hazard
        return grid, steps


def _incidence(own: Floats, total: Floats | int, product_limit: bool) -> Floats:
    """Return cumulative incidence after each event time, a column of zeros before, ``(m, L+1)``."""
    start = np.zeros((len(own), 1))
    every = np.asarray(total)[:, :-1]
    free = np.cumprod(1 - every, axis=1) if product_limit else np.exp(-np.cumsum(every, axis=1))
    free = np.hstack([start + 1, free])
    return np.hstack([start, np.cumsum(own * free, axis=1)])
