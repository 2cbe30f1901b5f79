"""Calibration of several models at several horizons, as tables for plots and tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.survival.evaluation_input import NULL
from workbench.methods.survival.evaluation_plan import Predicted
from workbench.metrics.survival.calibration_curve import calibration_curve
from workbench.metrics.survival.calibration_groups import calibration_groups
from workbench.metrics.survival.d_calibration import d_calibration_test, survival_at_own_time
from workbench.metrics.survival.outcome import Outcome

_BINS = 10


def calibration_tables(
    truth: NDArray[np.float64],
    persons: NDArray[np.object_],
    models: Mapping[str, Predicted],
    times: Sequence[float],
    horizons: Sequence[float],
    *,
    resamples: int,
    seed: int,
    level: float,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return smooth curves, groups, and tests of D-calibration.

    The null model has neither curve nor groups: it says the same of everybody.

    Args:
        truth: Time and event, ``(n, 2)``.
        persons: Person of each case.
        models: What each says.
        times: Times of the curves.
        horizons: Some of them.
        resamples: For the bands.
        seed: Of the draws.
        level: Of bands and intervals.
    """
    curves, groups, tests = [], [], []
    outcome = Outcome.of(truth)
    for name, predicted in models.items():
        own, event = survival_at_own_time(outcome, predicted.curves, np.array(times))
        found = d_calibration_test(own, event, bins=_BINS)
        tests.append(
            {
                "model": name,
                "statistic": found.statistic,
                "degrees": _BINS - 1,
                "p_value": found.p_value,
            }
        )
        if name == NULL:
            continue
        for horizon in horizons:
            at = predicted.curves[:, list(times).index(horizon)]
            smooth = calibration_curve(
                truth, at, horizon, units=persons, resamples=resamples, seed=seed, level=level
            )
            curves.append(_named(smooth, name, horizon))
            groups.append(
                _named(calibration_groups(truth, at, horizon, level=level), name, horizon)
            )
    return _joined(curves), _joined(groups), pd.DataFrame(tests)


def _named(table: pd.DataFrame, model: str, horizon: float) -> pd.DataFrame:
    """Return a table with its model and horizon in front."""
    table = table.copy()
    table.insert(0, "model", model)
    table.insert(1, "horizon", horizon)
    return table


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the tables below each other; the empty ones bring their columns only."""
    full = [table for table in tables if len(table)]
    return pd.concat(full or tables[:1], ignore_index=True)
