"""Standard errors of concordance by the infinitesimal jackknife, and paired differences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.areas import Areas
from workbench.metrics.arrays import numbers
from workbench.metrics.one_thread import one_blas_thread
from workbench.metrics.resampling import unit_codes
from workbench.metrics.survival.concordance import HarrellC, PairMetric
from workbench.metrics.survival.outcome import Outcome


@dataclass(frozen=True)
class Concordances(Areas):
    """Concordances of several models on the same cases, with their covariance.

    A concordance is an area: ``areas`` holds the values; intervals and paired differences are those
    of :class:`~workbench.metrics.areas.Areas`.
    """

    @property
    def errors(self) -> NDArray[np.float64]:
        """Standard errors, shape ``(m,)``."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))


@one_blas_thread()
def concordance(
    truth: ArrayLike,
    risks: ArrayLike,
    units: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    metric: PairMetric | None = None,
) -> Concordances:
    """Return the concordances of one or more models, with covariance.

    The infinitesimal jackknife adds up the squares of what a small change of each case's weight
    changes (Therneau and Watson 2015, Mayo Clinic technical report 85; R ``survival::concordance``,
    whose ``var`` it equals, also clustered). The weights of Uno's concordance are held fixed.

    Args:
        truth: Times and events, shape ``(n, 2)``.
        risks: Shape ``(n,)`` or ``(n, m)``, one column a model; higher means an earlier event.
        units: Patient of each case; without them every case is its own.
        weights: Weight of each case, shape ``(n,)``.
        metric: Harrell's concordance unless given, such as ``UnoC(tau=5)``.

    Raises:
        DataError: Broken input, or no two cases compare.

    >>> found = concordance([[1, 1], [2, 0], [3, 1], [4, 1], [5, 0]], [5, 4, 1, 3, 2])
    >>> round(float(found.areas[0]), 6), round(float(found.errors[0]), 6)
    (0.714286, 0.236242)
    """
    metric = HarrellC() if metric is None else metric
    true = metric.checked_truth(truth)
    table = numbers(risks, "risks")
    if not table.size:
        raise DataError(f"risks must hold a model, got shape {table.shape}")
    columns = table.T if table.ndim == 2 else [table]
    checked = [metric.checked(column, len(true)) for column in columns]
    own = inputs.weight_columns(weights, len(true))
    if own.shape[1] != 1:
        raise DataError(f"weights must have shape ({len(true)},), got {own.shape}")
    outcome = Outcome.of(true)
    metric.check_support(outcome)
    values, effects = metric.influence(outcome, checked, own)
    if np.isnan(values).any():
        raise DataError(f"{metric.label} is undefined here: {metric.undefined}")
    if units is None:
        return Concordances(values, effects.T @ effects, "infinitesimal jackknife")
    places, n_units = unit_codes(units, len(true))
    together = np.zeros((n_units, effects.shape[1]))
    np.add.at(together, places, effects)
    return Concordances(values, together.T @ together, "infinitesimal jackknife over units")
