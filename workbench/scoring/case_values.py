"""Values of single cases, for cards whose ranking scheme ranks those and not the whole set."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.metrics import Metric
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.resampling import unit_codes
from workbench.scoring.answers import Answers
from workbench.scoring.card import Challenge

OF_THE_SET = "mean_then_rank"
"""The scheme that ranks the metric of the whole set; every other one needs values of cases."""


class CaseValues(NamedTuple):
    """The primary metric case by case, in the order of the keys.

    Attributes:
        values: Shape ``(n,)``; their mean is the metric's value.
        units: Number of each case's unit among the sorted unit ids, shape ``(n,)``.
    """

    values: NDArray[np.float64]
    units: NDArray[np.int64]


def case_values(challenge: Challenge, metric: Metric, answers: Answers) -> CaseValues | None:
    """Return the values a card's ranking scheme needs; None where it ranks the whole set.

    Args:
        challenge: The card.
        metric: Its primary metric.
        answers: Answers and labels.
    """
    if challenge.ranking.scheme == OF_THE_SET or not isinstance(metric, CaseMetric):
        return None
    prediction = metric.checked(answers.prediction(metric), len(answers.truth))
    terms = metric.contributions(metric.checked_truth(answers.truth), [prediction])
    values = terms[:, 0].astype(np.float64) / metric.denominator
    return CaseValues(values, unit_codes(answers.units)[0])
