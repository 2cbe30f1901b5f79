"""What every Cox model has, however its coefficients were found: hazards, curves, residuals."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError
from workbench.methods.survival import baseline
from workbench.methods.survival.cox_data import CoxData
from workbench.methods.survival.partial_likelihood import State, state_at
from workbench.methods.survival.residuals import martingale_residuals, score_residuals
from workbench.methods.survival.risk_sets import RiskSets
from workbench.methods.survival.tie_sums import Ties
from workbench.metrics.survival.jackknife import Concordances, concordance

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CoxModel:
    """A Cox model at its coefficients.

    Attributes:
        data: The checked rows.
        sets: Their risk sets.
        coefficients: Log hazard ratios, ``(p,)``.
        ties: How tied events were counted.
    """

    data: CoxData
    sets: RiskSets
    coefficients: Floats
    ties: Ties

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the covariates."""
        return self.data.names

    @cached_property
    def state(self) -> State:
        """Risks and hazards of the rows at the coefficients, in the order of ``sets``."""
        return state_at(self.sets, self.coefficients, self.ties)

    def linear_predictor(self, design: ArrayLike | pd.DataFrame, offset: ArrayLike = 0.0) -> Floats:
        """Return the log hazard ratio of each row against a row of zeros, ``(m,)``."""
        return baseline.linear_predictor(self.names, self.coefficients, design, offset)

    def baseline(self, at: ArrayLike | None = None) -> pd.DataFrame:
        """Return the baseline hazard of each stratum at its event times.

        Args:
            at: Covariates it is for, ``(p,)``; zeros unless given.

        Returns:
            Columns ``stratum, time, events, hazard, cumulative_hazard, survival``.
        """
        return baseline.table(self, at)

    def survival(
        self,
        design: ArrayLike | pd.DataFrame,
        times: ArrayLike,
        *,
        strata: ArrayLike | None = None,
        offset: ArrayLike = 0.0,
    ) -> Floats:
        """Return the probability of no event up to and including each time, ``(m, K)``.

        Args:
            design: Covariates of new rows, ``(m, p)``.
            times: Times, ``(K,)``; beyond the last event the curve stays where it was.
            strata: Stratum of each new row, where the model has strata.
            offset: Of each new row.

        Raises:
            DataError: ``wrong-shape``, ``not-finite``, ``unknown-stratum``.
        """
        return baseline.survival(self, design, times, strata, offset)

    def residuals(self) -> Floats:
        """Return martingale residuals, ``(n,)``; NaN for a row of weight 0."""
        return self._as_given(martingale_residuals(self.sets, self.state))

    def score_residuals(self) -> Floats:
        """Return what each row adds to the score, without its weight, ``(n, p)``."""
        return self._as_given(score_residuals(self.sets, self.state))

    def concordance(self) -> Concordances:
        """Return Harrell's concordance on the rows it was fitted to, with its standard error.

        Optimistic: the same rows chose the coefficients. Persons are the units where clusters are.

        Raises:
            UsageError: The rows enter late or have strata.
        """
        data = self.data
        if data.entry is not None or data.stratified:
            raise UsageError(
                "concordance compares rows that are followed from time 0, without strata",
                remedy="score predictions of persons by the survival metrics",
            )
        truth = np.column_stack([data.time, data.event])
        risk = data.design @ self.coefficients + data.offset
        return concordance(truth, risk, units=data.cluster, weights=data.weight)

    def _as_given(self, values: Floats) -> Floats:
        """Return values of rows in the order in which rows were given."""
        out = np.full((self.data.given, *values.shape[1:]), np.nan)
        out[self.data.kept[self.sets.order]] = values
        return out
