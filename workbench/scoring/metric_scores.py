"""One metric's line of a score sheet, and the floor it is held against."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench import metrics
from workbench.errors import DataError
from workbench.metrics import Metric, UnitBootstrap
from workbench.scoring.answers import Answers
from workbench.scoring.card_parts import MetricEntry
from workbench.scoring.sheet import Floor, MetricScore


class NoScore(DataError):
    """Answers on which the primary metric has no value (exit code 3)."""


def metric_score(
    entry: MetricEntry, metric: Metric, answers: Answers, bootstrap: UnitBootstrap, level: float
) -> MetricScore:
    """Return one metric with its interval; undefined values are null, the primary must have one."""
    prediction, truth = answers.prediction(metric), answers.truth_of(metric)
    if truth is not answers.truth:
        bootstrap = bootstrap.with_truth(truth)
    value = float(metric.columns(truth, prediction)[0])
    if np.isnan(value) and entry.primary:
        raise NoScore(
            f"the primary metric {metric.label} is undefined on these labels: {metric.undefined}",
            remedy="score a set of labels on which it has a value, or send other answers",
        )
    interval = bootstrap.interval(metric, prediction, level)
    return MetricScore(
        name=metric.label,
        value=value,
        low=interval.low,
        high=interval.high,
        level=level,
        method=interval.method,
        primary=entry.primary,
        direction=metric.direction,
        convention=metric.convention,
        digits=entry.digits,
        resamples=interval.resamples,
        undefined_resamples=interval.undefined,
        seed=bootstrap.seed,
    )


def floor_score(
    metric: Metric, answers: Answers, bootstrap: UnitBootstrap, level: float
) -> tuple[Floor, NDArray[np.float64]]:
    """Return the best constant answer with the paired gain over it, and the resampled values."""
    best = metrics.best_constant(metric, answers.truth)
    prediction = answers.prediction(metric)
    sign = 1.0 if metric.direction == "maximize" else -1.0
    (own, constant), _, _ = bootstrap.values(metric, prediction, best.prediction)
    low, high = metrics.percentiles(constant, level)
    gain_low, gain_high = metrics.percentiles(sign * (own - constant), level)
    value = float(metric.columns(answers.truth, prediction)[0])
    floor = Floor(
        metric=metric.label,
        answer=best.answer,
        value=best.value,
        low=low,
        high=high,
        gain=sign * (value - best.value),
        gain_low=gain_low,
        gain_high=gain_high,
    )
    return floor, own
