"""Harrell's concordance: the share of comparable pairs whose risks are in the right order."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.base import SurvivalMetric
from workbench.metrics.survival.outcome import Outcome
from workbench.metrics.survival.pairs import (
    Counts,
    PairRule,
    event_credits,
    follower_credits,
    weighted_share,
)
from workbench.metrics.survival.walk import Walk, exact_ranks


class PairMetric(SurvivalMetric):
    """A share of comparable pairs, each weighted by its event and by the case it is held against.

    Risks are compared exactly, without a tolerance: risks of 1e-9 and 2e-9 are not tied.
    """

    needs = "risk"
    undefined = "no two cases compare"

    @property
    @abstractmethod
    def rule(self) -> PairRule:
        """Which pairs compare, and what ties are worth."""

    @abstractmethod
    def lead(
        self, outcome: Outcome, events: NDArray[np.int64], weights: NDArray[np.generic]
    ) -> NDArray[np.generic]:
        """Return the weight of each event as the earlier one of a pair.

        Args:
            outcome: The cases.
            events: Case numbers of the events, shape ``(m,)``.
            weights: Weights of all cases, shape ``(n, b)``.

        Returns:
            Shape ``(m, b)``; whole numbers stay so, and infinity says that it is not known.
        """

    def values(
        self, outcome: Outcome, prediction: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the shares ``(b,)``."""
        walk = Walk.of(outcome)
        ranks, n_ranks = exact_ranks(prediction)
        counts = Counts.of(weights[walk.order])
        won, pairs = event_credits(self.rule, walk, ranks[walk.order], n_ranks, counts)
        lead = self.lead(outcome, walk.order[walk.event], weights)
        exact = counts.exact and lead.dtype.kind in "bui"
        return weighted_share(won, pairs, lead.astype(np.int64 if exact else np.float64))

    def influence(
        self, outcome: Outcome, risks: list[NDArray[np.float64]], weights: NDArray[np.generic]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the value of each model, and how much each case's weight moves it.

        Args:
            outcome: The cases.
            risks: One array ``(n,)`` a model.
            weights: Shape ``(n, 1)``.

        Returns:
            Values ``(m,)``; derivatives by the relative weight of each case, ``(n, m)``, that sum
            to 0. Weights for censoring are held fixed.
        """
        walk = Walk.of(outcome)
        lead = np.zeros(len(outcome))
        lead[walk.event] = self.lead(outcome, walk.order[walk.event], weights)[:, 0]
        counts, own = Counts.of(weights[walk.order]), weights[walk.order, 0].astype(np.float64)
        values, effects = np.empty(len(risks)), np.empty((len(outcome), len(risks)))
        for model, risk in enumerate(risks):
            ranks, n_ranks = exact_ranks(risk)
            ranked = (self.rule, walk, ranks[walk.order], n_ranks)
            won, pairs = (part[:, 0] * counts.step for part in event_credits(*ranked, counts))
            later_won, later_pairs = follower_credits(*ranked, lead)
            total = float(np.sum(lead[walk.event] * pairs))
            values[model] = float(np.sum(lead[walk.event] * won)) / total if total else np.nan
            effect = own * (later_won - values[model] * later_pairs)
            effect[walk.event] += lead[walk.event] * (won - values[model] * pairs)
            effects[walk.order, model] = effect / total if total else np.nan
        return values, effects

    def contributions(
        self, truth: NDArray[Any], predictions: list[NDArray[Any]]
    ) -> NDArray[np.float64]:
        """Return one number a case and model whose mean is the concordance, shape ``(n, m)``."""
        ones = np.ones((len(truth), 1), dtype=np.uint8)
        values, effects = self.influence(Outcome.of(truth), predictions, ones)
        return np.asarray(values + len(truth) * effects)


HARRELL_RULES = {
    "survival": PairRule(same_time=True, tied_risk="half"),
    "outx": PairRule(same_time=True, tied_risk="left out"),
    "survcomp": PairRule(same_time=False, tied_risk="left out"),
}


@register
@dataclass(frozen=True)
class HarrellC(PairMetric):
    """Share of comparable pairs in which the higher risk has the earlier event.

    Attributes:
        variant: ``survival``: R survival, lifelines and (tolerance aside) scikit-survival.
            ``outx``: R Hmisc ``rcorr.cens(outx = TRUE)``. ``survcomp``: R survcomp.

    >>> HarrellC()([[1, 1], [2, 0], [3, 1], [4, 0]], [4e-9, 1e-9, 3e-9, 2e-9])
    1.0
    """

    variant: str = "survival"

    name = "harrell-c"
    title = "Harrell's concordance"
    source = "Harrell, Lee and Mark 1996, Stat Med 15:361; R survival::concordance"

    def __post_init__(self) -> None:
        """Refuse an unknown variant."""
        check_choice(self.name, "variant", self.variant, HARRELL_RULES)

    @property
    def convention(self) -> str:
        """The variant, in words."""
        return f"{self.variant}: {self.rule}"

    @property
    def rule(self) -> PairRule:
        """Which pairs compare, and what ties are worth."""
        return HARRELL_RULES[self.variant]

    def lead(
        self, outcome: Outcome, events: NDArray[np.int64], weights: NDArray[np.generic]
    ) -> NDArray[np.generic]:
        """Return the weights of the events."""
        return weights[events]
