"""The standard error of the difference between two submissions, and where it is from.

Before anybody has submitted there is no pair to measure. In order of trust: two files that are at
hand; the baselines of the card; two simulated models of a stated accuracy; a number that the
organiser declares. The text of a reference says which it was.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, softmax

from workbench.challenge.instruments.draws import Draws
from workbench.errors import DataError, UsageError
from workbench.metrics import Metric, UnitBootstrap
from workbench.scoring import Challenge, check_submission
from workbench.scoring.answers import Answers, decisions
from workbench.scoring.check import Submission

# Of the noise of two simulated models: what both share, and what the cases of one unit share.
SHARED, WITHIN_UNIT = 0.5, 0.5


class Reference(NamedTuple):
    """A standard error and where it is from.

    Attributes:
        metric: Label of the metric.
        standard_error: Of the paired difference of two submissions.
        n_units: Number of units it was seen with.
        text: How it was found.
    """

    metric: str
    standard_error: float
    n_units: int
    text: str


def declared(metric: str, sd: float, n_units: int) -> Reference:
    """Return the reference of a declared standard deviation of a unit's difference.

    Raises:
        UsageError: The number is negative or not finite, or there are fewer than two units.

    >>> declared("accuracy", 0.5, 400).standard_error
    0.025
    """
    if not (sd >= 0 and math.isfinite(sd)) or n_units < 2:
        raise UsageError(f"needs a standard deviation and two units, got {sd} and {n_units}")
    text = f"declared: standard deviation {sd:g} of a unit's difference between two submissions"
    return Reference(metric, sd / math.sqrt(n_units), n_units, text)


def measured(
    submissions: Sequence[tuple[str, Submission]],
    labels: pd.DataFrame,
    challenge: Challenge,
    metric: Metric,
) -> Reference:
    """Return the reference of submissions at hand: the median over their pairs.

    Args:
        submissions: Name and file of each, two or more, answering the cases of the labels.
        labels: What :func:`workbench.scoring.load_truth` returns.
        challenge: The challenge.
        metric: One of its metrics.

    Raises:
        SubmissionRejected: A file breaks a rule.
        DataError: There are fewer than two files, or two that never differ.
    """
    if len(submissions) < 2:
        raise DataError(f"a difference needs two submissions, got {len(submissions)}")
    answers = [
        Answers(check_submission(file, challenge, labels[challenge.key]), labels, challenge)
        for _, file in submissions
    ]
    errors = _errors(answers[0], [a.prediction(metric) for a in answers], challenge, metric)
    names = ", ".join(name for name, _ in submissions)
    pairs = f"median of {len(errors)} pairs of" if len(errors) > 1 else "the pair"
    text = f"{pairs} {names}; bootstrap over {challenge.unit}s"
    middle = float(np.median(errors))
    if middle == 0.0:
        raise DataError(
            f"{names} never differ in {metric.label}: they say nothing of a difference",
            remedy="give two that do, or a standard deviation (--sd)",
        )
    return Reference(metric.label, middle, len(set(answers[0].units)), text)


def simulated(
    labels: pd.DataFrame, challenge: Challenge, metric: Metric, accuracy: float, seed: int
) -> Reference:
    """Return the reference of two simulated models that are right in a stated share of cases.

    Each class has a score, higher by a constant for the true class, and normal noise; half of the
    noise's variance is common to the two models, half of it to the cases of a unit. The stated
    probabilities are calibrated where classes are equally frequent.

    Raises:
        UsageError: An accuracy that is not between chance and 1, or answers that are no classes.
        DataError: The metric has no value on these labels.
    """
    if challenge.answer.kind != "classes":
        raise UsageError(
            f"two models of an accuracy are simulated for classes, {challenge.id} asks for "
            f"{challenge.answer.kind}",
            remedy="give two files (--submission A --submission B) or a standard deviation (--sd)",
        )
    n_classes = len(challenge.classes)
    if not 1 / n_classes < accuracy < 1:
        raise UsageError(
            f"the accuracy lies between chance ({1 / n_classes:.3g}) and 1, got {accuracy:g}"
        )
    empty = pd.DataFrame(
        np.full((len(labels), n_classes), 1 / n_classes), columns=challenge.classes
    )
    answers = Answers(empty.assign(**{challenge.key: labels[challenge.key]}), labels, challenge)
    gap = _gap(n_classes, accuracy)
    _, places = np.unique(answers.units.astype(str), return_inverse=True)
    common = _noise(Draws(seed, 1), places, n_classes)
    predictions = []
    for stream in (2, 3):
        own = _noise(Draws(seed, stream), places, n_classes)
        scores = gap * np.eye(n_classes)[answers.truth]
        scores += math.sqrt(SHARED) * common + math.sqrt(1 - SHARED) * own
        stated = softmax(gap * scores, axis=1)
        predictions.append(
            decisions(stated, challenge) if metric.needs == "labels" else np.asarray(stated)
        )
    (error,) = _errors(answers, predictions, challenge, metric)
    text = (
        f"two simulated models of accuracy {accuracy:g}, which share {SHARED:.0%} of their noise, "
        f"cases of a {challenge.unit} {WITHIN_UNIT:.0%}; bootstrap over {challenge.unit}s"
    )
    return Reference(metric.label, error, len(set(places)), text)


def _errors(
    answers: Answers, predictions: list[NDArray[np.generic]], challenge: Challenge, metric: Metric
) -> list[float]:
    """Return the standard error of the difference of each pair."""
    rules = challenge.intervals
    bootstrap = UnitBootstrap(answers.truth, answers.units, rules.resamples, rules.seed)
    values, _, _ = bootstrap.values(metric, *predictions)
    values = values[:, ~np.isnan(values).any(axis=0)]
    if values.shape[1] < 2:
        raise DataError(f"{metric.label} has no value on these labels: {metric.undefined}")
    if metric.direction == "target":
        values = np.abs(values - metric.target)
    wider = math.sqrt(bootstrap.n_units / (bootstrap.n_units - 1))
    pairs = combinations(range(len(values)), 2)
    return [float((values[i] - values[j]).std(ddof=1)) * wider for i, j in pairs]


def _noise(draws: Draws, places: NDArray[np.int64], n_classes: int) -> NDArray[np.float64]:
    """Return normal noise, shape ``(n, K)``, part of it common to the cases of a unit."""
    of_units = draws.normals(int(places.max()) + 1, n_classes)[places]
    of_cases = draws.normals(len(places), n_classes)
    return math.sqrt(WITHIN_UNIT) * of_units + math.sqrt(1 - WITHIN_UNIT) * of_cases


def _gap(n_classes: int, accuracy: float) -> float:
    """Return how much higher the true class must score to be the highest that often."""
    places = np.linspace(-9.0, 9.0, 4001)
    density = np.exp(-(places**2) / 2) / math.sqrt(2 * math.pi)

    def excess(gap: float) -> float:
        right = density * ndtr(places + gap) ** (n_classes - 1)
        return float(np.trapezoid(right, places)) - accuracy

    return float(brentq(excess, 0.0, 20.0))
