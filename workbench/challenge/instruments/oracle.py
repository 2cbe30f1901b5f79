"""How many hidden labels the scores that a phase shows give away, before it opens.

See :mod:`workbench.challenge.instruments.spelling` for the attack. What protects is few digits, a
small budget, and a metric of small range; the Ladder does not, since an attacker may start from a
bad score and improve a little each time. The ends of an interval are two more numbers that follow
from the labels: the card's seed is public, so anybody can tell which labels would give them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from workbench.challenge.instruments.spelling import labels_spelled
from workbench.errors import Problem
from workbench.metrics import Metric
from workbench.metrics.effects.base import EffectMetric
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Limits, Phase, Shown

ALLOWED_POINTS = 5.0
"""Points of accuracy above always guessing the most frequent class that a budget may give away."""

_WITH_INTERVAL = 3  # numbers shown of a score with its interval
_CENSORED_BRIER = ("survival-brier", "integrated-brier", "ipa", "integrated-ipa")
_ABOVE = {
    "labels": "above guessing the most frequent class",
    "events": "above guessing the more frequent state",
    "true numbers": "of all there are",
}


@dataclass(frozen=True)
class Giveaway:
    """What one team can learn from the scores of one phase by one metric.

    Attributes:
        phase: Id of the phase.
        metric: Label of the metric whose value is shown.
        n_cases: Cases of the phase's split.
        majority: Share of the most frequent class.
        digits: Decimals shown.
        budget: Submissions of one team in all phases on the split; None where there is no limit.
        a_submission: Labels that one submission spells.
        labels: Labels that the budget spells, at most all.
        points: Points of accuracy that they add to always guessing the most frequent class.
        safe_budget: Largest budget that adds ``ALLOWED_POINTS`` at most; None where any does.
        what: What is given away: ``labels``, ``events`` (whether one was seen by a time), or ``true
            numbers``, of which nothing can be guessed.
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
    what: str = "labels"

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
            f"spell {self.labels} {self.what}, {self.points:.1f} points {_ABOVE[self.what]}"
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


def giveaway(
    metric: Metric,
    *,
    n_cases: int,
    digits: int,
    budget: int | None,
    majority: float = 0.5,
    phase: str = "",
    interval: bool = False,
) -> Giveaway | None:
    """Return what a budget gives away; None where the metric is no mean of stated numbers.

    Args:
        metric: Whose value is shown.
        n_cases: Cases of the split.
        digits: Decimals shown.
        budget: Submissions of one team; None for no limit.
        majority: Share of the most frequent class.
        phase: Id of the phase.
        interval: Whether the ends of its interval are shown too: each may spell as much again.
    """
    found = _spelled(metric, n_cases, digits)
    if found is None:
        return None
    each, what = found
    majority = 0.0 if what == "true numbers" else majority
    each = min(n_cases, each * (_WITH_INTERVAL if interval else 1))
    labels = min(n_cases, each * (n_cases if budget is None else budget))
    safe = None
    if each and majority < 1:
        safe = int(ALLOWED_POINTS / 100 / (1 - majority) * n_cases / each + 1e-9)
        safe = None if safe * each >= n_cases else safe
    points = 100 * labels / n_cases * (1 - majority)
    return Giveaway(
        phase, metric.label, n_cases, majority, digits, budget, each, labels, points, safe, what
    )


def _spelled(metric: Metric, n_cases: int, digits: int) -> tuple[int, str] | None:
    """Return how many labels one score spells, and what they are; None where it spells none.

    A Brier score under censoring is, but for weights near one, the mean over cases of a loss
    within 0..1 at each time, as that of two classes is. A score of estimates is a mean that grows
    with each error: a submission that is far off in one case alone tells its number.
    """
    if metric.needs == "survival" and metric.name in _CENSORED_BRIER:
        return labels_spelled(n_cases, digits, 1.0), "events"
    if isinstance(metric, EffectMetric):
        tells = metric.per_case or metric.scaled
        return (1, "true numbers") if tells else None
    if metric.per_case and metric.needs == "probabilities" and _moves_freely(metric):
        return labels_spelled(n_cases, digits, metric.range[1] - metric.range[0]), "labels"
    return None


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
            shown: Shown = "score" if entry.primary else "secondary"
            if shown not in phase.show:
                continue
            told = giveaway(
                metric,
                n_cases=cases[phase.split],
                digits=card.digits_shown(entry, phase),
                budget=_budget_on(card, phase.split, shown),
                majority=majority.get(phase.split, 0.5),
                phase=phase.id,
                interval="interval" in phase.show and not phase.ladder,
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


def _budget_on(card: Challenge, split: str, shown: Shown) -> int | None:
    """Return how many scores of one team all phases on a split show together."""
    phases = [p for p in card.phases if p.split == split and p.takes_from is None]
    budgets = [budget_of(card.limits_of(p), p) for p in phases if shown in p.show]
    known = [budget for budget in budgets if budget is not None]
    return sum(known) if len(known) == len(budgets) else None


def _moves_freely(metric: Metric) -> bool:
    """Say whether a case's loss takes any value of its range (a top-k hit takes two)."""
    return metric.share_of(np.zeros(1, dtype=np.int64), np.full((1, 1), 1.0)) is None
