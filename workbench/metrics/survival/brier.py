"""Brier score of survival predictions at one time, weighted for censoring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.sums import column_sums, row_blocks, weighted_sums
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.censoring_weighted import unsupported
from workbench.metrics.survival.horizon import AtHorizon
from workbench.metrics.survival.influence import censoring_influence
from workbench.metrics.survival.ipcw import Ipcw
from workbench.metrics.survival.outcome import Outcome


@register
@dataclass(frozen=True)
class SurvivalBrier(AtHorizon):
    """Mean squared distance of the predicted survival at ``horizon`` from what was seen.

    >>> round(SurvivalBrier(2.0)([[1, 1], [2, 0], [3, 1], [4, 0]], [0.2, 0.5, 0.6, 1.0]), 12)
    0.07
    """

    name = "survival-brier"
    title = "mean squared error of predicted survival at a time"
    direction = "minimize"
    source = "Graf, Schmoor, Sauerbrei and Schumacher 1999, Stat Med 18:2529"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 upwards: weights for censoring may take it above 1."""
        return (0.0, np.inf)

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the scores ``(b,)``."""
        times, once = np.array(self.evaluation_times), np.ones(1)
        return brier_sums(outcome, curves, weights, self.ipcw(outcome, weights), times, once)

    def contributions(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]]
    ) -> NDArray[np.float64]:
        """Return the weighted squared errors plus what the estimated censoring adds, ``(n, m)``."""
        outcome = Outcome.of(truth)
        known = self.known_weights(outcome, np.ones((len(truth), 1), dtype=np.uint8))[:, 0]
        dead, found = self.dead(outcome), []
        for survival in predictions:
            losses = known * (dead - (1.0 - survival[:, 0])) ** 2
            if self.training is None and self.reestimate == "each":
                losses = losses + censoring_influence(outcome, losses, self.horizon)
            found.append(losses)
        return np.column_stack(found)


def brier_sums(
    outcome: Outcome,
    curves: NDArray[np.float64],
    weights: NDArray[np.generic],
    ipcw: Ipcw,
    times: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return weighted sums over times of the Brier score.

    Args:
        outcome: Time and event of each case.
        curves: Predicted survival, shape ``(n, K)``.
        weights: Shape ``(n, b)``.
        ipcw: Weights for censoring.
        times: Rising times, shape ``(K,)``.
        shares: What each time counts, shape ``(K,)``.

    Returns:
        Shape ``(b,)``; NaN where a score is not known.
    """
    dead = np.flatnonzero(outcome.event & (outcome.time <= times[-1]))
    cost = _costs_of_events(outcome.time[dead], dead, curves, times, shares)
    terms, broken = _event_terms(outcome.time[dead], weights[dead], ipcw)
    of_events = column_sums(cost[:, None] * terms)
    of_survivors, broken_later = _survivor_sum(outcome, weights, ipcw, times, shares, curves)
    score = ratio(of_events + of_survivors, _totals(weights))
    unknown = broken | broken_later | unsupported(outcome, weights, times[-1])
    return np.where(unknown, np.nan, score)


def null_brier_sums(
    outcome: Outcome,
    weights: NDArray[np.generic],
    ipcw: Ipcw,
    times: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what :func:`brier_sums` gives for each column's own Kaplan-Meier curve, ``(b,)``."""
    null = kaplan_meier(outcome, weights).at(times)
    dead = outcome.event & (outcome.time <= times[-1])
    terms, broken = _event_terms(outcome.time[dead], weights[dead], ipcw)
    first_after = np.searchsorted(times, outcome.time[dead], side="left")
    by_time = [column_sums(terms[first_after == k]) for k in range(len(times))]
    of_events = np.cumsum(by_time, axis=0) * null**2
    seen = (outcome.time[:, None] > times).astype(np.uint8)
    beyond = weighted_sums(seen, weights)
    of_survivors = beyond * np.where(beyond > 0, ipcw.of_survivors(times), 0.0) * (1 - null) ** 2
    unknown = broken | unsupported(outcome, weights, times[-1])
    score = ratio(column_sums((of_events + of_survivors) * shares[:, None]), _totals(weights))
    return np.where(unknown, np.nan, score)


def _costs_of_events(
    time: NDArray[np.float64],
    rows: NDArray[np.int64],
    curves: NDArray[np.float64],
    times: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what each event costs from its time on: the same in every column of weights.

    Some rows at a time, turned round, so that they stay in the cache; time after time in order, so
    that a cost does not depend on its neighbours.
    """
    cost = np.zeros(len(rows))
    for block in row_blocks(len(rows), len(times)):
        part = np.ascontiguousarray(curves[rows[block]].T)
        part *= part
        part *= shares[:, None]
        part *= times[:, None] >= time[block]
        for at_time in part:
            cost[block] += at_time
    return cost


def _event_terms(
    time: NDArray[np.float64], weights: NDArray[np.generic], ipcw: Ipcw
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the weights of events, censoring included, and the columns where one is infinite."""
    inverse = ipcw.of_events(time)
    counts = weights.astype(np.float64)
    broken = np.any(np.isinf(inverse) & (counts > 0), axis=0)
    return counts * np.where(np.isinf(inverse), 0.0, inverse), broken


def _survivor_sum(
    outcome: Outcome,
    weights: NDArray[np.generic],
    ipcw: Ipcw,
    times: NDArray[np.float64],
    shares: NDArray[np.float64],
    curves: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the part of those seen beyond each time, and the columns where it is infinite."""
    inverse = ipcw.of_survivors(times)
    alive = outcome.time[:, None] > times
    seen = weighted_sums(alive.view(np.uint8), weights)
    broken = np.any(np.isinf(inverse) & (seen > 0), axis=0)
    cost = 1.0 - curves
    cost *= cost
    cost *= alive
    sums = weighted_sums(cost, weights) * np.where(np.isinf(inverse), 0.0, inverse)
    return column_sums(sums * shares[:, None]), broken


def _totals(weights: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return the sum of each column, shape ``(b,)``."""
    return np.asarray(weighted_sums(np.ones((len(weights), 1), dtype=np.uint8), weights)[0])
