"""Rows of an evaluation: a value with its interval, and a pair of models side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.evaluation_input import NULL
from workbench.methods.survival.evaluation_plan import Asked
from workbench.metrics.intervals import percentiles


def score_rows(
    asked: Asked,
    names: Sequence[str],
    values: NDArray[np.float64],
    drawn: NDArray[np.float64],
    level: float,
    method: str,
    note: str,
) -> list[dict[str, Any]]:
    """Return one row a model.

    Args:
        asked: The metric.
        names: Of the models.
        values: On all cases, ``(m,)``.
        drawn: On the resamples, ``(m, B)``.
        level: Of the intervals.
        method: How the resamples were drawn.
        note: What is not known, and why.
    """
    metric = asked.metric
    rows = []
    for name, value, resampled in zip(names, values.tolist(), drawn, strict=True):
        # A value that is not known has no interval either: resamples may have one by luck.
        low, high = (np.nan, np.nan) if np.isnan(value) else percentiles(resampled, level)
        rows.append(
            {
                "model": name,
                "metric": metric.name,
                "label": metric.label,
                "horizon": asked.horizon,
                "threshold": asked.threshold,
                "value": value,
                "low": low,
                "high": high,
                "direction": metric.direction,
                "target": metric.target,
                "reads": asked.reads,
                "convention": metric.convention,
                "interval": method,
                "note": note,
            }
        )
    return rows


def difference_rows(
    asked: Asked,
    names: Sequence[str],
    values: NDArray[np.float64],
    drawn: NDArray[np.float64],
    level: float,
) -> list[dict[str, Any]]:
    """Return one row a pair of models, on the same resamples.

    Where a metric has a target, what is compared is how far each model is from it.

    Args:
        asked: The metric.
        names: Of the models.
        values: On all cases, ``(m,)``.
        drawn: On the resamples, ``(m, B)``.
        level: Of the intervals.
    """
    metric = asked.metric
    if metric.direction == "target":
        values, drawn = np.abs(values - metric.target), np.abs(drawn - metric.target)
    high_is_good = metric.direction == "maximize"
    rows = []
    for i, j in combinations(range(len(names)), 2):
        gap = float(values[i] - values[j])
        low, high = (np.nan, np.nan) if np.isnan(gap) else percentiles(drawn[i] - drawn[j], level)
        first = low > 0 if high_is_good else high < 0
        second = high < 0 if high_is_good else low > 0
        rows.append(
            {
                "label": metric.label,
                "metric": metric.name,
                "first": names[i],
                "second": names[j],
                "difference": gap,
                "low": low,
                "high": high,
                "better": names[i] if first else names[j] if second else "",
                "against_null": asked.against_null and names[j] == NULL,
                "direction": metric.direction,
            }
        )
    return rows
