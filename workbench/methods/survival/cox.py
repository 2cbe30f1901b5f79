"""Cox regression: coefficients, errors, tests, baseline hazard and survival curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError, did_you_mean
from workbench.methods.survival import wald
from workbench.methods.survival.at_maximum import AtMaximum, highest
from workbench.methods.survival.cox_data import CoxData, NonPositive, checked_cox_data
from workbench.methods.survival.cox_model import CoxModel
from workbench.methods.survival.newton import Maximum, inverse
from workbench.methods.survival.residuals import sandwich, score_residuals
from workbench.methods.survival.risk_set_order import risk_sets
from workbench.methods.survival.tie_sums import Ties
from workbench.metrics.one_thread import one_blas_thread

Floats = NDArray[np.float64]


def fit_cox(
    design: ArrayLike | pd.DataFrame,
    time: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    ties: Ties = "efron",
    names: Sequence[str] | None = None,
    non_positive: NonPositive = "reject",
) -> CoxFit:
    """Fit a Cox proportional hazards model by Newton's method, equal to R ``coxph``.

    Cox 1972, JRSS B 34:187. Times are tied where they are exactly equal.

    Args:
        design: Covariates without an intercept, ``(n, p)``; the columns of a frame are the names.
        time: Time of the event or of the last contact, above 0, ``(n,)``.
        event: 1 or True where the event was seen, ``(n,)``.
        entry: Start of each row: at risk in ``(entry, time]``. A person whose covariates change, or
            who comes under observation late, has rows of this kind (counting process).
        weights: Case weights, ``(n,)``; a row of weight 0 is left out.
        strata: Label of each row: every stratum has a baseline hazard of its own.
        cluster: Label of each row's person or centre, for robust errors.
        offset: Added to the linear predictor, ``(n,)``.
        ties: ``efron`` or ``breslow``.
        names: Of the covariates.
        non_positive: What becomes of a time of 0: ``reject``, or ``half-day`` (it counts as 0.5).

    Raises:
        DataError: Broken rows (see :func:`checked_cox_data`); ``constant-column``,
            ``collinear-columns``, ``separation``.
        RunError: ``not-converged``.

    >>> fit = fit_cox([[0.0], [1.0], [1.0], [0.0]], [4, 3, 2, 1], [1, 1, 1, 1], names=["treated"])
    >>> fit.coefficients.round(4).tolist()
    [0.4812]
    """
    if ties not in ("efron", "breslow"):
        hint = did_you_mean(ties, ("efron", "breslow"))
        raise UsageError(f"ties is efron or breslow; got '{ties}'", remedy=hint)
    data = checked_cox_data(
        design,
        time,
        event,
        entry=entry,
        weights=weights,
        strata=strata,
        cluster=cluster,
        offset=offset,
        names=names,
        non_positive=non_positive,
    )
    return fit_checked(data, ties)


@one_blas_thread()
def fit_checked(
    data: CoxData,
    ties: Ties = "efron",
    start: Floats | None = None,
    enough: float | None = None,
) -> CoxFit:
    """Fit rows that have been checked; errors as :func:`fit_cox`.

    Args:
        data: The rows.
        ties: How tied events are counted.
        start: Coefficients to begin at, such as those of a fit of nearly the same rows.
        enough: As in :func:`~workbench.methods.survival.newton.maximum`.
    """
    sets = risk_sets(data)
    top = highest(sets, data.names, ties, start=start, enough=enough)
    return CoxFit(data, sets, top.coefficients, ties, top)


@dataclass(frozen=True, eq=False)
class CoxFit(AtMaximum, CoxModel):
    """A Cox model fitted by maximum likelihood.

    Attributes:
        top: Where the likelihood is highest.
    """

    top: Maximum

    @cached_property
    def covariance(self) -> Floats:
        """Inverse of the information, ``(p, p)``."""
        return inverse(self.top.top.information)

    @cached_property
    def robust_covariance(self) -> Floats:
        """Sandwich covariance, ``(p, p)``: over clusters where given, else over rows.

        Lin and Wei 1989. Rows of one person need ``cluster``: they are not independent.
        """
        return sandwich(self.coefficient_effects(), self._clusters_in_order)

    @property
    def robust_by_default(self) -> bool:
        """Whether tables show robust errors: clusters were given, or weights are not counts."""
        return self.data.cluster is not None or bool((self.data.weight % 1 != 0).any())

    def summary(self, *, level: float = 0.95, robust: bool | None = None) -> pd.DataFrame:
        """Return one row a covariate with hazard ratio, interval and p-value.

        Args:
            level: Of the interval.
            robust: Whether errors are robust; by default where clusters were given or weights are
                no counts. The column ``error`` says which they are.

        Returns:
            Columns ``covariate, coefficient, standard_error, error, hazard_ratio, low, high, z``
            and ``p``.
        """
        chosen = self.robust_by_default if robust is None else robust
        covariance = self.robust_covariance if chosen else self.covariance
        kind = ("robust, by cluster" if self.data.cluster is not None else "robust") * chosen
        return wald.table(self.names, self.coefficients, covariance, kind or "model", level)

    def tests(self) -> pd.DataFrame:
        """Return tests of all coefficients being 0: likelihood ratio, Wald, score.

        Returns:
            Columns ``test, statistic, df, p``; a robust Wald test where errors are robust.
        """
        robust = self.robust_covariance if self.robust_by_default else None
        return wald.global_tests(self.top, self.covariance, robust)

    def coefficient_effects(self) -> Floats:
        """Return the weighted change of the coefficients by each row used, in order of ``sets``."""
        weighted = score_residuals(self.sets, self.state) * self.sets.weight[:, None]
        return np.asarray(weighted @ self.covariance)
