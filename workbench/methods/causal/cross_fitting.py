"""Cross-fitting: curves and scores of each person from models that have not seen the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, did_you_mean
from workbench.methods.causal.augmentation import Parts, augmented
from workbench.methods.causal.censoring_model import fit_censoring
from workbench.methods.causal.drawn import Drawn
from workbench.methods.causal.folds import person_folds
from workbench.methods.causal.predicted_risk import fit_events
from workbench.methods.causal.propensity import fit_propensity


@dataclass(frozen=True)
class Columns:
    """Which baseline covariates each model uses; None is all of them."""

    propensity: Sequence[str] | None = None
    outcome: Sequence[str] | None = None
    censoring: Sequence[str] | None = None

    def of(self, baseline: pd.DataFrame, model: str) -> pd.DataFrame:
        """Return the covariates of a model.

        Raises:
            DataError: ``unknown-covariate``.
        """
        chosen = getattr(self, model)
        if chosen is None:
            return baseline
        for name in chosen:
            if name not in baseline.columns:
                hint = did_you_mean(name, baseline.columns)
                raise DataError(f"no covariate '{name}' [unknown-covariate]", remedy=hint)
        return baseline.loc[:, list(chosen)]


@dataclass(frozen=True, eq=False)
class CrossFitted:
    """What models say of persons they have not seen.

    Attributes:
        score: Probability of treatment, ``(n,)``.
        parts: Shares in the curve of the treated, and of the untreated.
        left_out: Columns a model of the event or of loss could not use, with the model.
    """

    score: NDArray[np.float64]
    parts: tuple[Parts, Parts]
    left_out: tuple[str, ...]


def cross_fitted(
    drawn: Drawn, days: NDArray[np.float64], columns: Columns, folds: tuple[int, int]
) -> CrossFitted:
    """Return the score of each person, and everybody's parts of the treated and untreated curve.

    Args:
        drawn: The persons; nobody who counts twice is in two folds.
        days: Rising days, the last is the horizon.
        columns: Which covariates each model uses.
        folds: How many, and the seed of the draw.

    Raises:
        DataError: ``too-few-for-folds``, ``unknown-covariate``; the faults of the models.
    """
    treated = drawn.treated
    n = len(treated)
    propensity = columns.of(drawn.baseline, "propensity")
    score = np.empty(n)
    survival, mean, least = np.empty((2, n, len(days))), np.empty((2, n)), [1.0, 1.0]
    left_out: set[str] = set()
    for learn, judge in person_folds(treated, *folds):
        often = drawn.counts[learn]
        model = fit_propensity(
            propensity.iloc[learn], treated[learn], counts=often, starts=drawn.starts
        )
        score[judge] = model.predict(propensity.iloc[judge])
        for place, arm in enumerate((True, False)):
            ours = score[judge] if arm else 1.0 - score[judge]
            weight = np.where(treated[judge] == arm, 1.0 / ours, 0.0)
            own = learn[treated[learn] == arm]
            part, without = _parts(drawn, columns, (own, judge), weight, days)
            left_out |= without
            survival[place, judge], mean[place, judge] = part.survival, part.mean
            least[place] = min(least[place], part.least)
    treated_part, untreated_part = (Parts(survival[k], mean[k], least[k]) for k in (0, 1))
    return CrossFitted(score, (treated_part, untreated_part), tuple(sorted(left_out)))


def _parts(
    drawn: Drawn,
    columns: Columns,
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    weight: NDArray[np.float64],
    days: NDArray[np.float64],
) -> tuple[Parts, set[str]]:
    """Fit event and censoring on the persons of an arm and judge others by them."""
    own, judge = rows
    seen, horizon, often = drawn.ends.take(own), float(days[-1]), drawn.counts[own]
    what = "cross-fitted, treated" if drawn.treated[own[0]] else "cross-fitted, untreated"
    event_columns = columns.of(drawn.baseline, "outcome")
    loss_columns = columns.of(drawn.baseline, "censoring")
    learnt, judged = event_columns.iloc[own], event_columns.iloc[judge]
    same = loss_columns is event_columns
    event = fit_events(learnt, seen, horizon, what, often, drawn.starts)
    censoring = fit_censoring(
        learnt if same else loss_columns.iloc[own],
        seen,
        drawn.administrative[own],
        horizon,
        f"censoring model, {what}",
        often,
        drawn.starts,
    )
    parts = augmented(
        event.of(judged),
        censoring.of(judged if same else loss_columns.iloc[judge]),
        weight,
        drawn.ends.take(judge),
        days,
    )
    return parts, event.left_out | {f"loss: {name}" for name in censoring.loss.left_out}
