"""How many hidden labels the shown score gives away: the log-loss oracle and its kin.

Whitehill 2018, "Climbing the Kaggle leaderboard by exploiting the log-loss oracle", AAAI workshops
(arXiv:1707.01825). A submission answers most cases with one half and a few with probabilities whose
losses are powers of two times the last digit shown: the score then spells their labels in binary.
What protects is few digits, a small budget, and a metric of small range; the Ladder does not, since
an attacker may start from a bad score and improve a little each time.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import Problem
from workbench.metrics import Metric
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Limits, Phase

ALLOWED_POINTS = 5.0
"""Points of accuracy above always guessing the most frequent class that a budget may give away."""
# A step between two spelled sums a little above the last digit, so that rounding never joins them.
_MARGIN = 1 + 1e-6


@dataclass(frozen=True)
class Giveaway:
    """What one team can learn from the scores of one phase by one metric.

    Attributes:
        phase: Id of the phase.
        metric: Label of the metric whose value is shown.
        n_cases: Cases of the phase's split.
        majority: Share of the most frequent class.
        digits: Decimals shown.
        budget: Submissions of one team in the whole phase; None where there is no limit.
        a_submission: Labels that one submission spells.
        labels: Labels that the budget spells, at most all.
        points: Points of accuracy that they add to always guessing the most frequent class.
        safe_budget: Largest budget that adds ``ALLOWED_POINTS`` at most; None where any does.
    """

    phase: str
    metric: str
    n_cases: int
    majority: float
    digits: int
    budget: int | None
    a_submission: int
    labels: int
    points: float
    safe_budget: int | None

    @property
    def too_much(self) -> bool:
        """Whether the budget gives away more than is allowed."""
        return self.points > ALLOWED_POINTS

    @property
    def text(self) -> str:
        """The finding in a sentence."""
        budget = "an unlimited budget" if self.budget is None else f"{self.budget} submissions"
        return (
            f"{self.metric} shown with {self.digits} digits on {self.n_cases} cases: {budget} can "
            f"spell {self.labels} labels, {self.points:.1f} points above guessing the most "
            "frequent class"
        )

    @property
    def problem(self) -> Problem:
        """The finding as a warning for whoever opens the challenge."""
        some = f"at most {self.safe_budget} submissions" if self.safe_budget else "fewer digits"
        remedy = f"allow {some} a team in this phase, show fewer digits, or do not show the metric"
        return Problem("labels-given-away", self.text, f"phase '{self.phase}'", remedy)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self) | {"too_much": self.too_much, "text": self.text}


def labels_spelled(n_cases: int, digits: int, span: float, *, rounded: float = 0.0) -> int:
    """Return how many labels one shown mean over cases spells.

    Args:
        n_cases: Number of cases the mean is over.
        digits: Decimals shown.
        span: How much the answer to one case can move its loss between two labels.
        rounded: What the sum over cases is rounded to before (1 by the Ladder).

    >>> labels_spelled(4000, 3, 36.0), labels_spelled(4000, 5, 36.0), labels_spelled(4000, 3, 2.0)
    (4, 10, 0)
    """
    step = (n_cases * 10.0**-digits + rounded) * _MARGIN
    return min(n_cases, int(math.log2(span / step)) + 1) if span >= step else 0


def giveaway(
    metric: Metric,
    *,
    n_cases: int,
    digits: int,
    budget: int | None,
    majority: float = 0.5,
    phase: str = "",
) -> Giveaway | None:
    """Return what a budget gives away; None where the metric is no mean of stated probabilities.

    Args:
        metric: Whose value is shown.
        n_cases: Cases of the split.
        digits: Decimals shown.
        budget: Submissions of one team; None for no limit.
        majority: Share of the most frequent class.
        phase: Id of the phase.
    """
    if not (metric.per_case and metric.needs == "probabilities" and _moves_freely(metric)):
        return None
    each = labels_spelled(n_cases, digits, metric.range[1] - metric.range[0])
    labels = min(n_cases, each * (n_cases if budget is None else budget))
    safe = None
    if each and majority < 1:
        safe = int(ALLOWED_POINTS / 100 / (1 - majority) * n_cases / each + 1e-9)
        safe = None if safe * each >= n_cases else safe
    points = 100 * labels / n_cases * (1 - majority)
    return Giveaway(
        phase, metric.label, n_cases, majority, digits, budget, each, labels, points, safe
    )


def giveaways(
    card: Challenge, cases: Mapping[str, int], majority: Mapping[str, float]
) -> list[Giveaway]:
    """Return what each phase on hidden labels gives away by each metric it shows.

    Args:
        card: The challenge.
        cases: Number of cases by split; splits that are not known are left out.
        majority: Share of the most frequent class by split; one half where not known.
    """
    found = []
    for phase in card.phases:
        if not card.split(phase.split).hidden or phase.split not in cases:
            continue
        if phase.takes_from is not None:
            continue
        for entry, metric in zip(card.metrics, card.metric_objects, strict=True):
            if ("score" if entry.primary else "secondary") not in phase.show:
                continue
            told = giveaway(
                metric,
                n_cases=cases[phase.split],
                digits=card.digits_shown(entry, phase),
                budget=budget_of(card.limits_of(phase), phase),
                majority=majority.get(phase.split, 0.5),
                phase=phase.id,
            )
            if told is not None:
                found.append(told)
    return found


def budget_of(limits: Limits, phase: Phase) -> int | None:
    """Return how many files one team may send in a phase; None where there is no limit."""
    days = (phase.closes.date() - phase.opens.date()).days + 1
    by_day = None if limits.per_day is None else limits.per_day * days
    known = [limit for limit in (limits.total, by_day) if limit is not None]
    return min(known, default=None)


def spelled_answer(
    n_cases: int, probed: NDArray[np.int64], step: float, background: float = 0.0
) -> NDArray[np.float64]:
    """Return the probabilities of class 1 that spell the labels of a few cases.

    Args:
        n_cases: Number of cases.
        probed: The cases, at most as many as :func:`labels_spelled` says.
        step: Loss that the lowest bit adds.
        background: Log odds of class 1 for all other cases.

    Returns:
        Shape ``(n,)``.
    """
    odds = np.full(n_cases, background)
    odds[probed] = background - step * 2.0 ** np.arange(len(probed))
    return np.asarray(1.0 / (1.0 + np.exp(-odds)))


def read_spelled(
    shown: float,
    n_cases: int,
    n_ones: int,
    answer: NDArray[np.float64],
    probed: NDArray[np.int64],
    step: float,
    background: float = 0.0,
) -> NDArray[np.int64]:
    """Return the labels that a shown log loss spells, shape of ``probed``.

    A probed case of class 1 adds its bit to what all would lose if the probed cases were answered
    like the others, or differently by a constant that the adversary knows.

    Args:
        shown: The mean log loss.
        n_cases: Number of cases.
        n_ones: Cases of class 1; of no importance where the background is 0.
        answer: What :func:`spelled_answer` gave.
        probed: The cases.
        step: Loss that the lowest bit adds.
        background: Log odds of class 1 for all other cases.
    """
    of_zero, of_one = np.logaddexp(0.0, background), np.logaddexp(0.0, -background)
    without = (n_cases - n_ones) * of_zero + n_ones * of_one
    without += (-np.log1p(-answer[probed]) - of_zero).sum()
    code = round(float(shown * n_cases - without) / step)
    code = min(max(code, 0), 2 ** len(probed) - 1)
    return np.array([(code >> bit) & 1 for bit in range(len(probed))], dtype=np.int64)


def _moves_freely(metric: Metric) -> bool:
    """Say whether a case's loss takes any value of its range (a top-k hit takes two)."""
    return metric.share_of(np.zeros(1, dtype=np.int64), np.full((1, 1), 1.0)) is None
