"""Risk sets of a subdistribution hazard: who had a competing event stays, with falling weight."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.cox_data import CoxData
from workbench.methods.survival.partial_likelihood import State
from workbench.methods.survival.residuals import expected_covariates
from workbench.methods.survival.risk_set_order import risk_sets
from workbench.methods.survival.risk_sets import RiskSets
from workbench.metrics.survival.censoring import censoring_curves
from workbench.metrics.survival.outcome import Outcome

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SubdistributionSets(RiskSets):
    """Risk sets in which a row with a competing event at ``T`` weighs ``G(t-) / G(T-)`` at ``t``.

    G is the probability of remaining uncensored, by group of censoring (Fine and Gray 1999).

    Attributes:
        groups: Number of the group of censoring of each row, ``(n,)``.
        competed: ``1 / G(T-)`` where a competing event ended the row, else 0, ``(n,)``.
        remaining: ``G(t-)`` of each group at each event time, ``(K, groups)``.
        censored: Whether the row is censored, ``(n,)``.
        time: End of each row, rising, ``(n,)``.
    """

    walks: ClassVar[bool] = False

    groups: NDArray[np.int64]
    competed: Floats
    remaining: Floats
    censored: NDArray[np.bool_]
    time: Floats

    def at_risk(self, values: Floats) -> Floats:
        """Return the weighted sum over those at risk at each event time, ``(K,)``."""
        total = super().at_risk(values)
        for group in range(self.remaining.shape[1]):
            stays = values * self.competed * (self.groups == group)
            before = np.append(0.0, np.cumsum(stays))[self.first]
            total = total + self.remaining[:, group] * before
        return total

    def over_follow_up(self, steps: Floats) -> Floats:
        """Return the weighted sum of a step function's steps while each row is at risk."""
        total = super().over_follow_up(steps)
        shape = (-1, *[1] * (steps.ndim - 1))
        for group in range(self.remaining.shape[1]):
            weighted = self.remaining[:, group].reshape(shape) * steps
            rows = np.flatnonzero((self.groups == group) & (self.competed > 0))
            later = _sums_from(weighted)[self.after[rows]]
            total[rows] += self.competed[rows].reshape(shape) * later
        return total


def subdistribution_sets(
    data: CoxData, codes: NDArray[np.int64], groups: NDArray[np.int64]
) -> SubdistributionSets:
    """Return the risk sets of one cause's subdistribution hazard.

    Args:
        data: Checked rows, without late entries or strata; an event is one of the cause.
        codes: What ended each row, ``(n,)``: 0 is censoring.
        groups: Number of the group of censoring of each row, ``(n,)``.
    """
    base = risk_sets(data)
    time, codes, groups = data.time[base.order], codes[base.order], groups[base.order]
    competing = (codes != 0) & ~data.event[base.order]
    competed = np.zeros(len(time))
    remaining = np.empty((len(base.times), int(groups.max()) + 1))
    for group in range(remaining.shape[1]):
        rows = groups == group
        outcome = Outcome(time[rows], codes[rows] != 0)
        curve = censoring_curves(outcome, np.ones((int(rows.sum()), 1)), "together")
        remaining[:, group] = curve.before(base.times)[:, 0]
        left = rows & competing
        competed[left] = 1 / curve.before(time[left])[:, 0]
    known = {field.name: getattr(base, field.name) for field in fields(RiskSets)}
    return SubdistributionSets(
        **known,
        groups=groups,
        competed=competed,
        remaining=remaining,
        censored=codes == 0,
        time=time,
    )


def censoring_residuals(sets: SubdistributionSets, state: State) -> Floats:
    """Return what estimating G adds to each row's score residual, ``(n, p)``.

    The term psi of Fine and Gray 1999, JASA 94:496, section 3.
    """
    out = np.zeros_like(sets.x)
    hazard = state.sums.hazard
    expected = expected_covariates(sets, state)
    for group in range(sets.remaining.shape[1]):
        rows = np.flatnonzero(sets.groups == group)
        time, censored = sets.time[rows], sets.censored[rows]
        times, counts = np.unique(time[censored], return_counts=True)
        if not len(times):
            continue
        steps = sets.remaining[:, group] * hazard
        later = np.searchsorted(sets.times, times)
        ahead = _sums_from(steps)[later][:, None]
        ahead_x = _sums_from(steps[:, None] * expected)[later]
        stays = (state.risk * sets.competed)[rows]
        gone = np.searchsorted(time, times)
        kept = np.append(0.0, np.cumsum(stays))[gone][:, None]
        zero = np.zeros((1, out.shape[1]))
        kept_x = np.concatenate([zero, np.cumsum(stays[:, None] * sets.x[rows], axis=0)])[gone]
        at_risk = (len(rows) - gone)[:, None]
        share = (kept_x * ahead - kept * ahead_x) / at_risk
        met = np.concatenate([zero, np.cumsum(share * counts[:, None] / at_risk, axis=0)])
        out[rows] = -met[np.searchsorted(times, time, side="right")]
        out[rows[censored]] += share[np.searchsorted(times, time[censored])]
    return out


def _sums_from(steps: Floats) -> Floats:
    """Return the sum of the steps from each place on, a 0 behind, ``(K + 1, ...)``."""
    sums = np.cumsum(steps[::-1], axis=0)[::-1]
    return np.concatenate([sums, np.zeros((1, *steps.shape[1:]))])
