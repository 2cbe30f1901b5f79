"""Estimators of a treatment decided once, put to work at the end of the grace period.

They know no grace period: on day 0 nobody has decided yet, and classing people by what they do
later would make time immortal. So they start at the landmark, among those alive and followed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.cohort import Cohort
from workbench.methods.causal.contrast import Contrast
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.protocol import Protocol
from workbench.methods.causal.strategies import Trial
from workbench.methods.causal.weight_models import adjusted_columns

_PACKAGE = "workbench.methods.causal"
#: Module and function of each; all take (cohort, treated, horizon, level=, strategies=).
POINT_ESTIMATORS = {
    "iptw": ("iptw", "iptw"),
    "standardisation": ("standardised_survival", "standardisation"),
    "aipw": ("augmented_survival", "aipw"),
}


def landmark_cohort(cohort: Cohort, protocol: Protocol, trial: Trial) -> tuple[Cohort, np.ndarray]:
    """Return those alive, followed and on a strategy on the last day of the window, from then on.

    Returns:
        The cohort with day 0 at the landmark and the covariates that the protocol adjusts for, and
        who followed the first strategy, ``(m,)``.

    Raises:
        DataError: ``empty-arm``.
    """
    here = cohort.end_day > trial.window
    follows = [here & np.isinf(arm.left) for arm in trial.arms]
    for arm, own in zip(trial.arms, follows, strict=True):
        if not own.any():
            raise DataError(
                f"nobody of '{arm.name}' is alive and followed on day {trial.window:g}",
                problems=[Problem("empty-arm", "the landmark leaves nobody", f"'{arm.name}'")],
            )
    rows = np.flatnonzero(follows[0] | follows[1])
    adjusted = adjusted_columns(cohort, protocol.adjust.baseline)[1][1:]
    taken = replace(cohort, time_varying=None).take(rows)
    later = replace(
        taken,
        baseline=taken.baseline[adjusted],
        treated_day=np.where(follows[0][rows], 0.0, np.nan),
        end_day=taken.end_day - trial.window,
        surgery_day=None,
    )
    return later, follows[0][rows]


def point_treatment(name: str, cohort: Cohort, protocol: Protocol, trial: Trial) -> Emulated:
    """Run one of :data:`POINT_ESTIMATORS` from the landmark on.

    Raises:
        DataError: ``empty-arm``, and what the estimator raises.
    """
    later, first = landmark_cohort(cohort, protocol, trial)
    module, function = POINT_ESTIMATORS[name]
    run: Callable[..., Emulated] = getattr(import_module(f"{_PACKAGE}.{module}"), function)
    found = run(
        later,
        first,
        trial.grid.horizon - trial.window,
        level=protocol.uncertainty.level,
        strategies=protocol.names,
    )
    words = f"from day {trial.window:g} on, among those alive and followed: "
    estimates = [
        replace(one, horizon_days=trial.grid.horizon, convention=words + one.convention)
        for one in found.estimates
        if one.estimand in protocol.estimand_names
    ]
    curves = found.curves.assign(day=found.curves["day"] + trial.window)
    return replace(found, estimates=estimates, curves=curves)


def point_resamples(
    name: str, cohort: Cohort, protocol: Protocol, trial: Trial, drawn: NDArray[np.integer]
) -> tuple[Contrast, int] | DataError:
    """Return what one of :data:`POINT_ESTIMATORS` says of every resample, and how many failed.

    Args:
        name: Of the estimator.
        cohort: The cohort, from day 0.
        protocol: The target trial.
        trial: Its strategies.
        drawn: How often each person of the cohort was drawn, ``(n, B)``.
    """
    from workbench.methods.causal.point_resamples import resampled_point

    later, first = landmark_cohort(cohort, protocol, trial)
    here = pd.Index(cohort.person).get_indexer(pd.Index(later.person))
    return resampled_point(name, later, first, trial.grid.horizon - trial.window, drawn[here])
