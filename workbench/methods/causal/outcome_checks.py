"""Whether the models of the outcome may speak for everybody: support, calibration, events."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.causal.cohort_outcome import Ends
from workbench.methods.causal.diagnostics import POSITIVITY
from workbench.methods.causal.predicted_risk import EventModel
from workbench.methods.causal.propensity import fit_propensity

GROUPS = 5
# Where covariates tell the arms apart the score has no maximum; with this it ends near 0 and 1.
_SLIGHT_RIDGE = 0.01


def unsupported(
    covariates: pd.DataFrame, treated: NDArray[np.bool_], positivity: float = POSITIVITY
) -> dict[str, float]:
    """Return the share of everybody whom an arm's model must extrapolate to, by arm.

    Whoever has, by a logistic regression of treatment, a chance below ``positivity`` to be in an
    arm is like nobody in it: the arm's model says of them what its form dictates, not what was
    seen (King and Zeng 2006, Polit Anal 14:131).

    Args:
        covariates: One numeric column each, ``(n, p)``.
        treated: Arm of each person, ``(n,)``.
        positivity: Chance below which there is no support.
    """
    try:
        model = fit_propensity(covariates, treated)
    except DataError:
        model = fit_propensity(covariates, treated, ridge=_SLIGHT_RIDGE)
    return {
        "treated": float((model.score < positivity).mean()),
        "untreated": float((model.score > 1.0 - positivity).mean()),
    }


def calibration(
    model: EventModel, covariates: pd.DataFrame, ends: Ends
) -> list[dict[str, float | int]]:
    """Return how many events a model of the outcome expects where, in the persons it was fitted on.

    Cumulative hazards up to each end of follow-up, added up in fifths of the hazard ratio, beside
    the events that were seen (the groups of Gronnesby and Borgan 1996, Lifetime Data Anal 2:315).

    Args:
        model: Of the arm.
        covariates: Of the persons of the arm, ``(n, p)``.
        ends: Their ends of follow-up.

    Returns:
        A row a group, lowest hazard first: ``group``, ``ratio`` of seen to expected events, ``z``,
        their difference in Poisson standard errors. None where nobody had the event.
    """
    outcome = model.causes[0]
    if not len(outcome.times):
        return []
    ratio = outcome.ratio(covariates)
    group = np.searchsorted(np.quantile(ratio, np.arange(1, GROUPS) / GROUPS), ratio)
    expected = np.bincount(group, ratio * outcome.at(ends.time), GROUPS)
    seen = np.bincount(group, ends.cause == 1, GROUPS)
    return [
        {
            "group": number + 1,
            "ratio": float(seen[number] / expected[number]),
            "z": float((seen[number] - expected[number]) / np.sqrt(expected[number])),
        }
        for number in np.flatnonzero(expected > 0).tolist()
    ]


def events_per_coefficient(model: EventModel, ends: Ends) -> float | None:
    """Return how many events each coefficient of the outcome's model was learnt from, if any."""
    columns = len(model.causes[0].columns)
    return float((ends.cause == 1).sum()) / columns if columns else None


def outcome_facts(
    models: dict[str, tuple[EventModel, NDArray[np.int64]]],
    covariates: pd.DataFrame,
    ends: Ends,
    treated: NDArray[np.bool_],
) -> dict[str, Any]:
    """Return what the gate reads of an estimator that stands on models of the outcome.

    Args:
        models: Model of each arm and the rows of its persons, by arm.
        covariates: Of everybody, ``(n, p)``.
        ends: Ends of follow-up of everybody.
        treated: Arm of each person, ``(n,)``.

    Returns:
        ``extrapolated``, ``calibration`` and ``events_per_coefficient``, by arm each.
    """
    return {
        "extrapolated": unsupported(covariates, treated),
        "calibration": {
            arm: calibration(model, covariates.iloc[rows], ends.take(rows))
            for arm, (model, rows) in models.items()
        },
        "events_per_coefficient": {
            arm: events_per_coefficient(model, ends.take(rows))
            for arm, (model, rows) in models.items()
        },
    }
