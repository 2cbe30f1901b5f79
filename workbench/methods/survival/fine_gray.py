"""Fine and Gray's regression: how covariates change the incidence of one of several causes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.methods.survival import baseline, wald
from workbench.methods.survival.at_maximum import AtMaximum, highest
from workbench.methods.survival.causes import checked_causes
from workbench.methods.survival.cox_data import CoxData, NonPositive, checked_cox_data
from workbench.methods.survival.newton import Maximum, inverse
from workbench.methods.survival.partial_likelihood import State, state_at
from workbench.methods.survival.residuals import sandwich, score_residuals
from workbench.methods.survival.subdistribution import (
    SubdistributionSets,
    censoring_residuals,
    subdistribution_sets,
)
from workbench.metrics.one_thread import one_blas_thread

Floats = NDArray[np.float64]


@one_blas_thread()
def fit_fine_gray(
    design: ArrayLike | pd.DataFrame,
    time: ArrayLike,
    event: ArrayLike,
    *,
    cause: int = 1,
    censoring_groups: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    non_positive: NonPositive = "reject",
) -> FineGrayFit:
    """Fit a proportional subdistribution hazards model, equal to R ``cmprsk::crr``.

    Fine and Gray 1999, JASA 94:496; ties by Breslow. A ratio above 1 says that the cause becomes
    more frequent, directly or because a competing cause becomes rarer: it is no effect on the
    hazard of those still free of events (for that, fit each cause by ``fit_cause_specific``).

    Args:
        design: Covariates without an intercept, ``(n, p)``.
        time: Time of the first event of any cause or of the last contact, ``(n,)``.
        event: 0 where censored, else the number of the cause, ``(n,)``.
        cause: The cause asked about.
        censoring_groups: Label of each row: censoring is estimated in each group.
        cluster: Label of each row, for errors over clusters.
        names: Of the covariates.
        non_positive: As in ``fit_cox``.

    Raises:
        DataError: ``not-a-cause``, ``unknown-cause``; as ``fit_cox``.
        RunError: ``not-converged``.

    >>> fit = fit_fine_gray([[0.0], [1], [1], [0], [1]], [1, 2, 3, 4, 5], [1, 2, 1, 1, 0])
    >>> fit.coefficients.round(3).tolist()
    [-1.439]
    """
    codes = checked_causes(event, cause)
    data = checked_cox_data(
        design,
        time,
        codes == cause,
        cluster=cluster,
        strata=censoring_groups,
        names=names,
        non_positive=non_positive,
    )
    groups = data.stratum
    one = CoxData(**vars(data) | _UNSTRATIFIED | {"stratum": np.zeros_like(groups)})
    sets = subdistribution_sets(one, codes, groups)
    return FineGrayFit(one, sets, highest(sets, data.names, "breslow"), cause)


_UNSTRATIFIED = {"strata": ("",), "stratified": False}


@dataclass(frozen=True, eq=False)
class FineGrayFit(AtMaximum):
    """A fitted model of one cause's subdistribution hazard.

    Attributes:
        data: The checked rows.
        sets: Their weighted risk sets.
        top: Where the partial likelihood is highest.
        cause: The cause.
    """

    data: CoxData
    sets: SubdistributionSets
    top: Maximum
    cause: int

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the covariates."""
        return self.data.names

    @property
    def coefficients(self) -> Floats:
        """Log ratios of subdistribution hazards, ``(p,)``."""
        return self.top.coefficients

    @cached_property
    def state(self) -> State:
        """Risks and hazards of the rows at the coefficients, in the order of ``sets``."""
        return state_at(self.sets, self.coefficients, "breslow")

    @cached_property
    def covariance(self) -> Floats:
        """Covariance that counts the estimation of censoring too, ``(p, p)``."""
        residuals = score_residuals(self.sets, self.state)
        residuals += censoring_residuals(self.sets, self.state)
        effects = residuals @ inverse(self.top.top.information)
        return sandwich(effects, self._clusters_in_order)

    def summary(self, *, level: float = 0.95) -> pd.DataFrame:
        """Return one row a covariate; ``hazard_ratio`` is that of the subdistribution.

        Args:
            level: Of the interval.
        """
        kind = "sandwich" if self.data.cluster is None else "sandwich, by cluster"
        return wald.table(self.names, self.coefficients, self.covariance, kind, level)

    def baseline(self) -> pd.DataFrame:
        """Return the steps of the subdistribution hazard of a row of zeros.

        Returns:
            Columns ``time, events, hazard, cumulative_hazard, incidence``.
        """
        steps = baseline.hazard_steps(self.sets, self.state, self.coefficients)
        total = np.cumsum(steps)
        return pd.DataFrame(
            {
                "time": self.sets.times,
                "events": self.sets.events,
                "hazard": steps,
                "cumulative_hazard": total,
                "incidence": -np.expm1(-total),
            }
        )

    def cumulative_incidence(self, design: ArrayLike | pd.DataFrame, times: ArrayLike) -> Floats:
        """Return the probability of an event of the cause by each time, ``(m, K)``.

        Args:
            design: Covariates of new rows, ``(m, p)``.
            times: Times, ``(K,)``.

        Raises:
            DataError: ``wrong-shape``, ``not-finite``; a time is beyond the last row's.
        """
        asked = np.asarray(times, dtype=np.float64)
        last = self.sets.time[-1]
        if (asked > last).any():
            raise DataError(
                f"incidence is asked for at {asked.max():g}, follow-up ends at {last:g} "
                "[beyond-follow-up]",
                remedy="ask for earlier times",
            )
        eta = baseline.linear_predictor(self.names, self.coefficients, design, 0.0)
        total = np.append(0.0, self.baseline().cumulative_hazard)
        met = total[np.searchsorted(self.sets.times, asked, side="right")]
        return np.asarray(-np.expm1(-np.outer(np.exp(eta), met)))
