"""How events of one time share their risk set: by Efron or by Breslow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.risk_sets import RiskSets

Ties = Literal["efron", "breslow"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TieSums:
    """Sums over the events of one time, shape ``(K,)`` each.

    With s the risk of those at risk, e that of those with the event, w their mean weight and f
    the share of them that has gone already (0, 1/d, 2/d ... by Efron; always 0 by Breslow):

    Attributes:
        log: Sum of ``w log(s - f e)``.
        hazard: Sum of ``w / (s - f e)``: the step of the cumulative hazard.
        own: Sum of ``w f / (s - f e)``: what the events' own steps fall short of it.
        squared: Sum of ``w / (s - f e)^2``.
        mixed: Sum of ``w f / (s - f e)^2``.
        own_squared: Sum of ``w f^2 / (s - f e)^2``.
    """

    log: Floats
    hazard: Floats
    own: Floats
    squared: Floats
    mixed: Floats
    own_squared: Floats


def tie_sums(sets: RiskSets, at_risk: Floats, risk: Floats, ties: Ties) -> TieSums:
    """Return the sums over the events of each time.

    Args:
        sets: The risk sets.
        at_risk: Sum of the risk of those at risk at each event time, ``(K,)``.
        risk: Of every row, ``(n,)``.
        ties: How events of one time share their risk set.
    """
    total = sets.event_weight
    zero = np.zeros(len(at_risk))
    hazard = total / at_risk
    sums = TieSums(total * np.log(at_risk), hazard, zero, hazard / at_risk, zero, zero)
    tied, gone = sets.tied, sets.gone
    if ties == "breslow" or not len(tied):
        return sums
    count = sets.events[tied]
    starts = np.cumsum(count) - count
    left = np.repeat(at_risk[tied], count) - gone * np.repeat(sets.at_events(risk)[tied], count)
    weight = np.repeat(total[tied] / count, count)

    def added(values: Floats, whole: Floats) -> Floats:
        """Return the sums with those of tied events put in."""
        full = whole.copy()
        full[tied] = np.add.reduceat(values, starts)
        return full

    each = weight / left
    second = each / left
    mixed = second * gone
    return TieSums(
        log=added(weight * np.log(left), sums.log),
        hazard=added(each, sums.hazard),
        own=added(each * gone, zero),
        squared=added(second, sums.squared),
        mixed=added(mixed, zero),
        own_squared=added(mixed * gone, zero),
    )
