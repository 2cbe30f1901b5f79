"""What models share whose coefficients are where a partial likelihood is highest."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.cox_data import CoxData
from workbench.methods.survival.newton import Maximum, maximum
from workbench.methods.survival.partial_likelihood import likelihood
from workbench.methods.survival.risk_sets import RiskSets
from workbench.methods.survival.tie_sums import Ties

Floats = NDArray[np.float64]


def highest(
    sets: RiskSets,
    names: tuple[str, ...],
    ties: Ties,
    *,
    start: Floats | None = None,
    enough: float | None = None,
) -> Maximum:
    """Climb to where the partial likelihood of risk sets is highest.

    Args:
        sets: The risk sets.
        names: Of the covariates.
        ties: How tied events are counted.
        start: Coefficients to begin at, such as those of a fit of nearly the same rows.
        enough: As in :func:`~workbench.methods.survival.newton.maximum`, whose errors it raises.
    """
    weight = float(sets.event_weight.sum())
    evaluate = partial(likelihood, sets, ties=ties)
    return maximum(evaluate, names, sets.spread, weight, start=start, enough=enough)


class AtMaximum:
    """The likelihoods of a fit, and its clusters."""

    data: CoxData
    sets: RiskSets
    top: Maximum

    @property
    def log_likelihood(self) -> float:
        """Log partial likelihood at the coefficients."""
        return self.top.top.value

    @property
    def null_log_likelihood(self) -> float:
        """Log partial likelihood with all coefficients 0."""
        return self.top.null.value

    @property
    def _clusters_in_order(self) -> NDArray[np.int64] | None:
        """Clusters in the order of the risk sets."""
        return None if self.data.cluster is None else self.data.cluster[self.sets.order]
