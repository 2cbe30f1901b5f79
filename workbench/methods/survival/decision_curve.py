"""Decision curve: what acting on a predicted risk is worth at every threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench import metrics
from workbench.methods.survival.disclosure import LEAST
from workbench.methods.survival.evaluation_plan import Draws, Predicted
from workbench.metrics.bootstrap import UnitBootstrap
from workbench.metrics.intervals import percentiles

EVERYBODY, NOBODY = "everybody", "nobody"
POINTS = 25


def thresholds_of(
    models: Mapping[str, Predicted], times: Sequence[float], horizon: float
) -> list[float]:
    """Return thresholds from low to where hardly anybody's predicted risk is above.

    A decision curve asks nobody to choose one threshold: the reader looks at those that make sense.

    Args:
        models: What each says.
        times: Times of the curves.
        horizon: One of them.
    """
    place = list(times).index(horizon)
    highest = max(float(np.quantile(1.0 - one.curves[:, place], 0.99)) for one in models.values())
    end = min(max(highest, 0.05), 0.95)
    return [round(float(point), 4) for point in np.linspace(end / POINTS, end, POINTS)]


def decision_curve(
    truth: NDArray[np.float64],
    persons: NDArray[np.object_],
    models: Mapping[str, Predicted],
    times: Sequence[float],
    horizon: float,
    threshold: float,
    draws: Draws,
) -> pd.DataFrame:
    """Return the net benefit of each model at one threshold, and that of acting on everybody.

    A model that would act on fewer than eleven persons has no value: it would tell of them.

    Args:
        truth: Time and event, ``(n, 2)``.
        persons: Person of each case.
        models: What each says; the first has an interval.
        times: Times of the curves.
        horizon: Time the risk is of.
        threshold: Risk from which one acts.
        draws: For the interval.

    Returns:
        Columns ``model, horizon, threshold, net_benefit, low, high``; acting on nobody is 0.
    """
    metric = metrics.get("survival-net-benefit", horizon=horizon, threshold=threshold)
    place = list(times).index(horizon)
    survival = {name: one.curves[:, place] for name, one in models.items()}
    survival[EVERYBODY] = np.zeros(len(truth))
    bootstrap = UnitBootstrap(truth, persons, draws.resamples, draws.seed)
    rows = []
    for name, at in survival.items():
        value = low = high = float("nan")
        acting = len(set(persons[1.0 - at >= threshold - 1e-12].tolist()))
        if acting >= LEAST or acting == 0:
            value = float(metric.columns(truth, at)[0])
        if name == next(iter(models)) and acting >= LEAST:
            drawn = bootstrap.values(metric, at)[0][0]
            low, high = percentiles(drawn, draws.level) if np.isfinite(value) else (value, value)
        rows.append((name, horizon, threshold, value, low, high))
    rows.append((NOBODY, horizon, threshold, 0.0, float("nan"), float("nan")))
    columns = ["model", "horizon", "threshold", "net_benefit", "low", "high"]
    return pd.DataFrame(rows, columns=columns)
