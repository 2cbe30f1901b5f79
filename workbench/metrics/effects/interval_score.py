"""The score of estimates with intervals, and what abstaining is worth in it."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_level, check_positive
from workbench.metrics.effects.base import EffectMetric, Hidden, Said
from workbench.metrics.regression import IntervalScore


def oracle_score(level: float) -> float:
    """Return the expected score of a normal estimate with its own central interval.

    The width is 2 z standard deviations; each tail's expected excess is phi(z) - z alpha / 2, and
    costs 2 / alpha. Together 4 phi(z) / alpha, with alpha one minus the level.

    >>> round(oracle_score(0.95), 3)
    4.676
    """
    normal, alpha = NormalDist(), 1.0 - level
    return 4.0 * normal.pdf(normal.inv_cdf(1.0 - alpha / 2)) / alpha


@register
@dataclass(frozen=True)
class EffectIntervalScore(EffectMetric, CaseMetric):
    """Interval score of each answer in standard deviations of the oracle, averaged over cases.

    Abstaining has a price, so that it pays exactly where a worse score is expected of an answer.

    Attributes:
        level: Nominal level of the intervals.
        abstain_cost: Score of abstaining where an answer was possible, and of answering where none
            was; above what the oracle is expected to score.

    >>> truth = [[0.1, 0.02, 0, 1], [0.0, 0.02, 0, 1], [0.1, 0.02, 1, 0]]
    >>> said = [[0.09, 0.05, 0.13, 0], [0.08, 0.04, 0.12, 0], [0, 0, 0, 1]]
    >>> round(EffectIntervalScore()(truth, said), 3)
    30.892
    """

    level: float = 0.95
    abstain_cost: float = 20.0

    name = "effect-interval-score"
    title = "interval score in standard deviations of the oracle, with a price of abstaining"
    direction = "minimize"
    source = "Gneiting and Raftery 2007, J Am Stat Assoc 102:359, equation 43"
    of_intervals = True
    scaled = True
    judges_abstaining = True

    def __post_init__(self) -> None:
        """Refuse a level without tails, and a price below what an honest answer costs."""
        check_level(self.level)
        check_positive(f"abstain_cost of {self.name}", self.abstain_cost)
        if self.abstain_cost <= oracle_score(self.level):
            raise UsageError(
                f"abstain_cost of {self.name} must lie above {oracle_score(self.level):.3g}, what "
                f"the oracle is expected to score, got {self.abstain_cost:g}"
            )

    @property
    def convention(self) -> str:
        """The level, and what abstaining is worth."""
        return (
            f"intervals of nominal level {self.level:g}; a right abstention scores "
            f"{oracle_score(self.level):.4g}, as the oracle is expected to; a wrong one, and an "
            f"answer where none is possible, {self.abstain_cost:g}"
        )

    def cases(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return the score of each case; an answer without an interval has one of width 0."""
        hidden, said = Hidden.of(truth), Said.of(prediction)
        known = hidden.answerable & ~said.abstained
        low = np.where(np.isnan(said.low), said.estimate, said.low)
        high = np.where(np.isnan(said.high), said.estimate, said.high)
        ends = np.column_stack([low, high])[known]
        score = np.full(len(truth), self.abstain_cost)
        plain = np.asarray(IntervalScore(self.level).cases(hidden.value[known], ends), np.float64)
        score[known] = plain / hidden.scale[known]
        score[~hidden.answerable & said.abstained] = oracle_score(self.level)
        return score
