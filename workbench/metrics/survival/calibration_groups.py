"""Groups of equal predicted survival with the survival seen in each."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.choices import check_level, check_whole
from workbench.metrics.survival.censoring import StepCurves, kaplan_meier
from workbench.metrics.survival.curves import checked_curves, checked_times
from workbench.metrics.survival.follow_up import check_reached
from workbench.metrics.survival.outcome import Outcome, checked_outcome
from workbench.metrics.survival.probability_interval import probability_interval


def calibration_groups(
    truth: ArrayLike,
    prediction: ArrayLike,
    horizon: float,
    *,
    groups: int = 10,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return predicted and Kaplan-Meier survival at a horizon in groups of the prediction.

    Groups are cut at quantiles of the prediction, closed above; equal predictions stay together,
    so there may be fewer groups.

    Args:
        truth: Time and event, shape ``(n, 2)``.
        prediction: Survival beyond the horizon, shape ``(n,)``.
        horizon: Time, in the unit of the truth.
        groups: Number of groups.
        level: Level of the interval: Greenwood's variance on the scale ``log(-log S)``, as R
            ``survfit(conf.type = "log-log")``.

    Returns:
        One row a group, from low to high predicted survival: ``group, n, events`` (by the horizon),
        ``predicted`` (mean), ``observed``, ``low``, ``high``. Observed is NaN where the follow-up
        of a group ends before the horizon; the ends are NaN where observed is 0 or 1.

    Raises:
        DataError: Broken input.
        UsageError: A number of groups or a level without meaning.

    >>> truth = [[1, 1], [2, 1], [3, 0], [3, 1], [4, 0], [5, 0]]
    >>> table = calibration_groups(truth, [0.2, 0.3, 0.2, 0.8, 0.9, 0.9], 2.5, groups=2)
    >>> table[["n", "events", "observed"]].round(3).values.tolist()
    [[3.0, 2.0, 0.333], [3.0, 0.0, 1.0]]
    """
    check_whole("groups", groups, 1)
    check_level(level)
    times = checked_times(horizon)
    outcome = checked_outcome(truth)
    check_reached(outcome, times[0])
    predicted = checked_curves(prediction, times, len(outcome))[:, 0]
    edges = np.unique(np.quantile(predicted, np.arange(1, groups) / groups))
    number = np.searchsorted(edges, predicted, side="left")
    rows = [
        _row(outcome, predicted, number == group, horizon, level) for group in np.unique(number)
    ]
    table = pd.DataFrame(rows)
    table.insert(0, "group", np.arange(1, len(table) + 1))
    return table


def _row(
    outcome: Outcome,
    predicted: NDArray[np.float64],
    members: NDArray[np.bool_],
    horizon: float,
    level: float,
) -> dict[str, float]:
    """Return the row of one group."""
    own = Outcome(outcome.time[members], outcome.event[members])
    curve = kaplan_meier(own, np.ones((len(own), 1)))
    observed = float(curve.at([horizon])[0, 0])
    if horizon > own.time.max() and observed > 0:
        observed = np.nan
    low, high = _log_log_interval(curve, observed, horizon, level)
    return {
        "n": len(own),
        "events": int(np.sum(own.event & (own.time <= horizon))),
        "predicted": float(np.sort(predicted[members]).mean()),
        "observed": observed,
        "low": low,
        "high": high,
    }


def _log_log_interval(
    curve: StepCurves, observed: float, horizon: float, level: float
) -> tuple[float, float]:
    """Return Greenwood's interval on the scale log(-log S); NaN where S is 0, 1 or unknown."""
    if not 0.0 < observed < 1.0:
        return (np.nan, np.nan)
    seen = curve.times <= horizon
    stay = curve.values[1:, 0][seen] / curve.values[:-1, 0][seen]
    # Greenwood: the sum of d / (n (n - d)), where stay = 1 - d / n.
    variance = np.sum((1.0 - stay) / (stay * curve.at_risk[seen, 0]))
    value = np.array([observed])
    low, high = probability_interval(value, value * np.sqrt(variance), "log-log", level)
    return (float(low[0]), float(high[0]))
