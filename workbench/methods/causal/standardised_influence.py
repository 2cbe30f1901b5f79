"""How far each person of an arm moved the mean predicted risk through the fitted hazards."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.cohort_outcome import Ends
from workbench.methods.causal.hazard_model import HazardModel
from workbench.methods.causal.predicted_risk import PredictedRisk


def model_influence(
    predicted: PredictedRisk,
    baseline: pd.DataFrame,
    rows: NDArray[np.int64],
    ends: Ends,
    days: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the influence on the mean risk at each day of the persons models were fitted on.

    A rise of the outcome's hazard on day u adds S(u) to the risk F(t) of a person, and both causes
    take (F(t) - F(u)) from it; a person moves a hazard by its own event less its expected events
    over those at risk (Breslow), and through the coefficients.

    Args:
        predicted: Risks of everybody by the models, ``(n,)``.
        baseline: Covariates of everybody, ``(n, p)``.
        rows: Persons the models were fitted on, ``(m,)``.
        ends: Their ends of follow-up.
        days: Rising days, the last is the horizon.

    Returns:
        Shape ``(m, k)``.
    """
    total = np.zeros((len(rows), len(days)))
    ratios = (predicted.first, predicted.second)
    for number, (model, ratio) in enumerate(zip(predicted.model.causes, ratios, strict=True)):
        if len(model.times):
            x, event = model.centred(baseline), ends.cause == number + 1
            pull = _pull(predicted, number, x, days)
            total += _through(model, ratio[rows], x[rows], event, ends, days, pull)
    return total


@dataclass(frozen=True, eq=False)
class _Pull:
    """Derivative of the mean risk at a day t by one cause's hazard at its event days u.

    It is ``level`` of u less ``spent`` of t; the ``x`` parts are the same times covariates.
    """

    level: NDArray[np.float64]
    spent: NDArray[np.float64]
    level_x: NDArray[np.float64]
    spent_x: NDArray[np.float64]


def _pull(
    predicted: PredictedRisk, number: int, x: NDArray[np.float64], days: NDArray[np.float64]
) -> _Pull:
    """Return the mean over everybody of what a rise of a cause's hazard does."""
    n, jumps = len(predicted), predicted.model.jumps
    model = predicted.model.causes[number]
    ratio = (predicted.first, predicted.second)[number]
    own = np.searchsorted(jumps, model.times) + 1
    seen = np.searchsorted(jumps, days, side="right")
    level, spent = np.zeros(len(own)), np.zeros(len(days))
    level_x, spent_x = np.zeros((len(own), x.shape[1])), np.zeros((len(days), x.shape[1]))
    for part in predicted.blocks(np.arange(n), len(days)):
        course = predicted.course(part)
        gained = course.risk[:, own] + (course.free[:, own] if number == 0 else 0.0)
        there, r = course.risk[:, seen], ratio[part]
        level += r @ gained / n
        spent += r @ there / n
        level_x += gained.T @ (x[part] * r[:, None]) / n
        spent_x += there.T @ (x[part] * r[:, None]) / n
    return _Pull(level, spent, level_x, spent_x)


def _through(
    model: HazardModel,
    ratio: NDArray[np.float64],
    x: NDArray[np.float64],
    event: NDArray[np.bool_],
    ends: Ends,
    days: NDArray[np.float64],
    pull: _Pull,
) -> NDArray[np.float64]:
    """Return what each fitted person moves through one cause's hazard, ``(m, k)``."""
    sums = _at_risk(model.times, ends.time, np.column_stack([ratio, ratio[:, None] * x]))
    share = 1.0 / sums[:, 0]
    step = np.diff(model.cumulative, prepend=0.0)
    last = np.searchsorted(model.times, ends.time, side="right")
    seen = np.searchsorted(model.times, days, side="right")
    place = np.where(event, last - 1, len(share))
    own, own_level = (np.append(v, 0.0)[place] for v in (share, pull.level * share))
    happened = ends.time[:, None] <= days
    moved = happened * (own_level[:, None] - np.outer(own, pull.spent))
    met = np.minimum.outer(last, seen)
    met_level, met_share = (_summed(v)[met] for v in (pull.level * share * step, share * step))
    moved -= ratio[:, None] * (met_level - pull.spent * met_share)
    if model.fit is None:
        return np.asarray(moved)
    # Through the coefficients: the hazards of all persons turn, and the baseline turns back.
    mean_x = sums[:, 1:] * share[:, None]
    hazard = model.at(days)[:, None]
    turned = _summed(step[:, None] * (pull.level_x - pull.level[:, None] * mean_x))[seen]
    turned -= hazard * pull.spent_x - pull.spent[:, None] * _summed(step[:, None] * mean_x)[seen]
    return np.asarray(moved + model.fit.score_residuals() @ model.fit.covariance @ turned.T)


def _summed(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return running sums with zeros first."""
    return np.asarray(np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)]))


def _at_risk(
    times: NDArray[np.float64], time: NDArray[np.float64], values: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the sums of values over who is under observation at each time, ``(m, q)``."""
    order = np.argsort(time, kind="stable")
    sums = np.cumsum(values[order][::-1], axis=0)[::-1]
    return np.asarray(sums[np.searchsorted(time[order], times, side="left")])
