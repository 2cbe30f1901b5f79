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
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.cohort_outcome import Ends
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
    cohort: Cohort,
    ends: Ends,
    treated: NDArray[np.bool_],
    days: NDArray[np.float64],
    columns: Columns,
    folds: tuple[int, int],
    counts: NDArray[np.float64] | None = None,
) -> CrossFitted:
    """Return the score of each person, and everybody's parts of the treated and untreated curve.

    Args:
        cohort: For covariates, and for what ended follow-up.
        ends: Ends of follow-up, up to the horizon.
        treated: Arm of each person, ``(n,)``.
        days: Rising days, the last is the horizon.
        columns: Which covariates each model uses.
        folds: How many, and the seed of the draw.
        counts: How often each person counts in the models, above 0, ``(n,)``: nobody who counts
            twice is in two folds.

    Raises:
        DataError: ``too-few-for-folds``, ``unknown-covariate``; the faults of the models.
    """
    n = len(treated)
    propensity = columns.of(cohort.baseline, "propensity")
    score = np.empty(n)
    survival, mean, least = np.empty((2, n, len(days))), np.empty((2, n)), [1.0, 1.0]
    left_out: set[str] = set()
    often = np.ones(n) if counts is None else counts
    for learn, judge in person_folds(treated, *folds):
        model = fit_propensity(propensity.iloc[learn], treated[learn], counts=often[learn])
        score[judge] = model.predict(propensity.iloc[judge])
        for place, arm in enumerate((True, False)):
            ours = score[judge] if arm else 1.0 - score[judge]
            weight = np.where(treated[judge] == arm, 1.0 / ours, 0.0)
            own = learn[treated[learn] == arm]
            part, without = _parts(cohort, ends, columns, (own, judge), weight, days, often[own])
            left_out |= without
            survival[place, judge], mean[place, judge] = part.survival, part.mean
            least[place] = min(least[place], part.least)
    treated_part, untreated_part = (Parts(survival[k], mean[k], least[k]) for k in (0, 1))
    return CrossFitted(score, (treated_part, untreated_part), tuple(sorted(left_out)))


def _parts(
    cohort: Cohort,
    ends: Ends,
    columns: Columns,
    rows: tuple[NDArray[np.int64], NDArray[np.int64]],
    weight: NDArray[np.float64],
    days: NDArray[np.float64],
    often: NDArray[np.float64],
) -> tuple[Parts, set[str]]:
    """Fit event and censoring on the persons of an arm and judge others by them."""
    own, judge = rows
    seen, horizon = ends.take(own), float(days[-1])
    event_columns = columns.of(cohort.baseline, "outcome")
    loss_columns = columns.of(cohort.baseline, "censoring")
    event = fit_events(event_columns.iloc[own], seen, horizon, "cross-fitted", often)
    censoring = fit_censoring(
        loss_columns.iloc[own], seen, cohort.administrative[own], horizon, "censoring model", often
    )
    parts = augmented(
        event.of(event_columns.iloc[judge]),
        censoring.of(loss_columns.iloc[judge]),
        weight,
        ends.take(judge),
        days,
    )
    return parts, event.left_out | {f"loss: {name}" for name in censoring.loss.left_out}
