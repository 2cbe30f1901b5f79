"""The path of a penalised Cox regression: models from the strongest penalty to the weakest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.methods.survival.cox_data import CoxData
from workbench.methods.survival.cox_model import CoxModel
from workbench.methods.survival.elastic_net import Penalty, penalised_maximum
from workbench.methods.survival.partial_likelihood import Likelihood, likelihood
from workbench.methods.survival.risk_set_order import risk_sets
from workbench.methods.survival.risk_sets import RiskSets
from workbench.methods.survival.tie_sums import Ties

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class PenalisedCox:
    """Cox models along a path of penalties, the strongest first.

    Attributes:
        data: The checked rows.
        sets: Their risk sets.
        ties: How tied events were counted.
        mixing: Share of the lasso: 0 is ridge, 1 the lasso.
        factors: Factor of each column's penalty, ``(p,)``.
        penalties: Falling, ``(L,)``.
        coefficients: Log hazard ratios per unit of each column, ``(L, p)``.
        log_likelihood: Log partial likelihood, without the penalty, ``(L,)``.
        null_log_likelihood: With all coefficients 0.
    """

    data: CoxData
    sets: RiskSets
    ties: Ties
    mixing: float
    factors: Floats
    penalties: Floats
    coefficients: Floats
    log_likelihood: Floats
    null_log_likelihood: float

    def table(self) -> pd.DataFrame:
        """Return one row a penalty: it, how many columns are in, log likelihood, coefficients."""
        frame = pd.DataFrame(self.coefficients, columns=list(self.data.names))
        frame.insert(0, "penalty", self.penalties)
        frame.insert(1, "columns", (self.coefficients != 0).sum(axis=1))
        frame.insert(2, "log_likelihood", self.log_likelihood)
        return frame

    def model(self, penalty: float) -> CoxModel:
        """Return the model at one penalty of the path: curves and residuals, but no errors.

        Penalised coefficients are biased towards 0: the errors and p-values of ``CoxFit`` would
        mislead.

        Raises:
            UsageError: The path has no such penalty.
        """
        places = np.flatnonzero(np.isclose(self.penalties, penalty, rtol=1e-9))
        if not len(places):
            raise UsageError(
                f"the path has no penalty {penalty:g}",
                remedy=f"it goes from {self.penalties[0]:g} to {self.penalties[-1]:g}; take one "
                "of .penalties",
            )
        return CoxModel(self.data, self.sets, self.coefficients[places[0]], self.ties)


def penalised_path(
    data: CoxData,
    mixing: float,
    factors: Floats,
    ties: Ties,
    penalties: Floats | None = None,
    default: tuple[int, float] = (50, 0.01),
) -> PenalisedCox:
    """Fit the path of checked rows; a constant column gets the coefficient 0.

    Args:
        data: The rows.
        mixing: Share of the lasso.
        factors: Of each column's penalty, ``(p,)``.
        ties: How tied events are counted.
        penalties: Which to fit, in any order.
        default: Where none are given: how many, and the last as a share of the first.

    Raises:
        RunError: ``not-converged``.
    """
    sets = risk_sets(data)
    total = float(sets.weight.sum())
    spread = np.sqrt(sets.weight @ sets.x**2 / total)
    spread = np.where(spread > 0, spread, 1.0)

    def evaluate(standardised: Floats) -> Likelihood:
        """Return the mean log likelihood by coefficients of standardised columns."""
        found = likelihood(sets, standardised / spread, ties)

        def second() -> Floats:
            """Return the information, on the same scale."""
            return found.information / (np.outer(spread, spread) * total)

        return Likelihood(found.value / total, found.score / spread / total, second)

    start = np.zeros(len(spread))
    first = null = evaluate(start)
    size = float(np.max(np.abs(null.score), initial=0.0)) or 1.0
    if (factors == 0).any():  # the path begins where only the unpenalised columns are in
        only = Penalty(np.where(factors > 0, 1e9, 0.0), start)
        start, first = penalised_maximum(evaluate, only, start, size)
    if penalties is None:
        held = factors > 0
        pull = np.max(np.abs(first.score)[held] / factors[held], initial=0.0)
        path = pull / max(mixing, 0.001) * np.geomspace(1.0, default[1], default[0])
    else:
        path = np.sort(penalties)[::-1]
    place, coefficients, values = start, [], []
    for strength in path:
        penalty = Penalty(strength * mixing * factors, strength * (1 - mixing) * factors)
        place, found = penalised_maximum(evaluate, penalty, place, size)
        coefficients.append(place / spread)
        values.append(found.value * total)
    return PenalisedCox(
        data=data,
        sets=sets,
        ties=ties,
        mixing=mixing,
        factors=factors,
        penalties=path,
        coefficients=np.array(coefficients),
        log_likelihood=np.array(values),
        null_log_likelihood=null.value * total,
    )
