"""Compares two submissions on the same cases: the paired difference over units."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import UsageError, did_you_mean
from workbench.metrics import UnitBootstrap
from workbench.scoring.answers import Answers
from workbench.scoring.card import Challenge
from workbench.scoring.check import Submission, check_submission
from workbench.scoring.truth import load_truth


def paired_difference(
    first: Submission,
    second: Submission,
    truth: pd.DataFrame | Path | str,
    challenge: Challenge,
    *,
    metric: str | None = None,
    resamples: int | None = None,
    level: float | None = None,
) -> dict[str, Any]:
    """Return how much better or worse the first submission is, with its interval.

    Both are scored on the same resamples of units, so the interval is of the difference itself:
    two overlapping intervals may well differ, and this says so.

    Args:
        first: A submission.
        second: Another one, answering the same cases.
        truth: Labels.
        challenge: The challenge.
        metric: Label of one of the challenge's metrics; the primary one by default.
        resamples: Other number of resamples than the card's.
        level: Other confidence level than the card's.

    Returns:
        ``metric, direction, first, second, difference, low, high, level, method,
        undefined_resamples, resamples, seed``; the difference is first minus second.

    Raises:
        SubmissionRejected: One of the submissions breaks a rule.
        DataError: The labels are broken.
    """
    labels = load_truth(truth, challenge)
    keys = labels[challenge.key]
    one, two = (
        Answers(check_submission(s, challenge, keys), labels, challenge) for s in (first, second)
    )
    chosen = challenge.metric_objects[
        challenge.primary if metric is None else metric_place(challenge, metric)
    ]
    rules = challenge.intervals
    bootstrap = UnitBootstrap(one.truth, one.units, resamples or rules.resamples, rules.seed)
    predictions = one.prediction(chosen), two.prediction(chosen)
    interval = bootstrap.difference(chosen, *predictions, level=level or rules.level)
    values = [float(chosen.columns(one.truth, p)[0]) for p in predictions]
    return {
        "metric": chosen.label,
        "direction": chosen.direction,
        "first": values[0],
        "second": values[1],
        "difference": values[0] - values[1],
        "low": interval.low,
        "high": interval.high,
        "level": interval.level,
        "method": interval.method,
        "undefined_resamples": interval.undefined,
        "resamples": interval.resamples,
        "seed": rules.seed,
    }


def metric_place(challenge: Challenge, label: str) -> int:
    """Return the place of a metric in the card, by its label.

    Raises:
        UsageError: There is none of this label.
    """
    labels = [metric.label for metric in challenge.metric_objects]
    if label not in labels:
        hint = did_you_mean(label, labels) or f"it has {', '.join(labels)}"
        raise UsageError(f"{challenge.id} has no metric '{label}'; {hint}")
    return labels.index(label)
