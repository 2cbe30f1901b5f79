"""Smooth calibration curve at a time: observed risk as a function of the predicted one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.choices import check_level, check_whole
from workbench.metrics.intervals import percentiles
from workbench.metrics.resampling import unit_weights
from workbench.metrics.survival.cloglog import cloglog_of_survival, fit_cloglog, line_of
from workbench.metrics.survival.curves import checked_curves, checked_times
from workbench.metrics.survival.outcome import checked_outcome
from workbench.metrics.survival.smooth_calibration import SmoothCalibration, risk_of, spline

# The curve is drawn where 95 % of the predictions lie: beyond, single cases bend it.
_ENDS = (0.025, 0.975)


def calibration_curve(
    truth: ArrayLike,
    prediction: ArrayLike,
    horizon: float,
    *,
    units: ArrayLike | None = None,
    resamples: int = 200,
    seed: int = 0,
    points: int = 41,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the curve that ``survival-ici`` measures the distance from, with a pointwise band.

    Args:
        truth: Time and event, shape ``(n, 2)``.
        prediction: Survival beyond the horizon, shape ``(n,)``.
        horizon: Time, in the unit of the truth.
        units: Person of each case, for the band; by default each case is one.
        resamples: Resamples of persons.
        seed: Seed of the draws.
        points: Points of the curve, evenly spaced in predicted risk over the central 95 % of the
            predictions.
        level: Of the band.

    Returns:
        Columns ``predicted, observed, low, high`` (risks of the event by the horizon); no row
        where the predictions do not vary or the curve has no fit.

    Raises:
        DataError: Broken input, or nobody is followed beyond the horizon.

    >>> rng = np.random.default_rng(0)
    >>> hazard = rng.uniform(0.1, 0.5, 400)
    >>> truth = np.column_stack([rng.exponential(1 / hazard), np.ones(400)])
    >>> curve = calibration_curve(truth, np.exp(-hazard), 1.0, resamples=50)
    >>> bool(np.abs(curve["observed"] - curve["predicted"]).max() < 0.1)
    True
    """
    check_level(level)
    check_whole("points", points, 2)
    outcome = checked_outcome(truth)
    survival = checked_curves(prediction, checked_times(horizon), len(outcome))[:, 0]
    metric = SmoothCalibration(horizon)
    metric.check_support(outcome)
    ends = np.quantile(1.0 - survival, _ENDS)
    if not ends[1] > ends[0]:
        return pd.DataFrame(columns=["predicted", "observed", "low", "high"], dtype=float)
    grid = np.linspace(ends[0], ends[1], points)
    x = cloglog_of_survival(survival)
    design, at = spline(x), spline(x, cloglog_of_survival(1.0 - grid))
    dead = metric.dead(outcome)

    def smooth(weights: NDArray[np.generic]) -> NDArray[np.float64]:
        """Return the curve under each column of weights, ``(points, B)``."""
        known = metric.known_weights(outcome, weights)
        fits = [fit_cloglog(design, dead, column) for column in known.T]
        return np.column_stack([risk_of(line_of(at, fit)) for fit in fits])

    observed = smooth(np.ones((len(outcome), 1), dtype=np.uint8))[:, 0]
    if np.isnan(observed).any():
        return pd.DataFrame(columns=["predicted", "observed", "low", "high"], dtype=float)
    people = np.arange(len(outcome)) if units is None else np.asarray(units)
    if len(people) != len(outcome):
        raise DataError(f"units has {len(people)} ids for {len(outcome)} cases")
    drawn = smooth(unit_weights(people, resamples, seed))
    band = np.array([percentiles(row, level) for row in drawn])
    return pd.DataFrame(
        {"predicted": grid, "observed": observed, "low": band[:, 0], "high": band[:, 1]}
    )
