"""Calibration of several models at several horizons, as tables for plots and tests."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.survival.evaluation_plan import Draws, Predicted
from workbench.methods.survival.stages import Tables
from workbench.metrics.survival.calibration_curve import calibration_curve
from workbench.metrics.survival.calibration_groups import calibration_groups
from workbench.metrics.survival.d_calibration import d_calibration_test, survival_at_own_time
from workbench.metrics.survival.outcome import Outcome

_BINS = 10


def calibration_table(
    truth: NDArray[np.float64],
    persons: NDArray[np.object_],
    at: NDArray[np.float64],
    model: str,
    horizon: float,
    draws: Draws,
) -> Tables:
    """Return the smooth curve of one model at one horizon, and groups of its cases.

    Args:
        truth: Time and event, ``(n, 2)``.
        persons: Person of each case.
        at: Survival predicted for the horizon, ``(n,)``.
        model: Name of the model.
        horizon: Time.
        draws: For the band.
    """
    smooth = calibration_curve(
        truth,
        at,
        horizon,
        units=persons,
        resamples=draws.resamples,
        seed=draws.seed,
        level=draws.level,
    )
    groups = calibration_groups(truth, at, horizon, level=draws.level)
    return {"calibration": _named(smooth, model, horizon), "groups": _named(groups, model, horizon)}


def d_calibration_table(
    truth: NDArray[np.float64], predicted: Predicted, times: Sequence[float], model: str
) -> Tables:
    """Return the test of D-calibration of one model, and the share of cases in each tenth.

    Args:
        truth: Time and event, ``(n, 2)``.
        predicted: What the model says.
        times: Times of the curves.
        model: Name of the model.
    """
    outcome = Outcome.of(truth)
    own, event = survival_at_own_time(outcome, predicted.curves, np.array(times))
    found = d_calibration_test(own, event, bins=_BINS)
    test = (model, found.statistic, _BINS - 1, found.p_value)
    edges = np.arange(_BINS + 1) / _BINS
    bins = pd.DataFrame(
        {
            "model": model,
            "low": edges[:-1],
            "high": edges[1:],
            "cases": found.counts,
            "share": np.array(found.counts) / len(truth),
        }
    )
    columns = ["model", "statistic", "degrees", "p_value"]
    return {"d_calibration": pd.DataFrame([test], columns=columns), "d_calibration_bins": bins}


def _named(table: pd.DataFrame, model: str, horizon: float) -> pd.DataFrame:
    """Return a table with its model and horizon in front."""
    table = table.copy()
    table.insert(0, "model", model)
    table.insert(1, "horizon", horizon)
    return table
