"""Uno's concordance up to tau: each event also stands for those that censoring has hidden."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.concordance import PairMetric
from workbench.metrics.survival.curves import checked_time
from workbench.metrics.survival.ipcw import IPCW_VARIANTS, ipcw
from workbench.metrics.survival.outcome import Outcome
from workbench.metrics.survival.pairs import PairRule
from workbench.metrics.survival.training import EstimatesCensoring


@dataclass(frozen=True)
class UnoVariant:
    """Where packages differ.

    Attributes:
        rule: Which pairs compare, and what ties are worth.
        censoring: Which weights for censoring, one of ``IPCW_VARIANTS``.
        closed: Whether an event at tau itself counts.
    """

    rule: PairRule
    censoring: str
    closed: bool

    def __str__(self) -> str:
        """The variant in words."""
        end = "up to and including" if self.closed else "before"
        where = IPCW_VARIANTS[self.censoring].of_an_event
        return f"events {end} tau, weighted by 1/G^2 {where}; {self.rule}"


_EVENT_FIRST = PairRule(same_time=True, tied_risk="half")
UNO_VARIANTS = {
    "sksurv": UnoVariant(_EVENT_FIRST, "sksurv", closed=False),
    "survival": UnoVariant(_EVENT_FIRST, "riskRegression", closed=True),
    "survAUC": UnoVariant(PairRule(False, "wrong"), "survAUC", closed=False),
    "survC1": UnoVariant(PairRule(False, "half"), "survC1", closed=False),
}


@register
@dataclass(frozen=True)
class UnoC(PairMetric, EstimatesCensoring):
    """Share of pairs in the right order whose earlier event is before ``tau``.

    Unlike Harrell's it estimates a property of the population that does not depend on how long the
    cases happened to be followed.

    Attributes:
        tau: End of the time looked at, in the unit of the truth; within the follow-up.
        variant: Which package's convention: ``sksurv``, ``survival`` (R's
            ``concordance(timewt = "n/G2", ymax = tau)``), ``survAUC`` or ``survC1``.

    >>> time, event = [11, 11, 26, 89, 128, 299, 300], [1, 0, 0, 1, 0, 1, 0]
    >>> risk = [-0.02, 1.20, -0.56, -1.33, -0.81, 1.02, -1.29]
    >>> outcome = np.column_stack([time, event])
    >>> [round(UnoC(299, name)(outcome, risk), 7) for name in ("sksurv", "survAUC", "survival")]
    [0.374269, 0.4129032, 0.5087719]
    """

    tau: float
    variant: str = "sksurv"

    name = "uno-c"
    title = "Uno's concordance"
    undefined = "no two cases compare before tau, or an event is where censoring leaves nobody"
    source = "Uno, Cai, Pencina, D'Agostino and Wei 2011, Stat Med 30:1105, equation 6"

    def __post_init__(self) -> None:
        """Refuse a tau that is no time, and unknown choices."""
        super().__post_init__()
        checked_time(self.name, "tau", self.tau)
        check_choice(self.name, "variant", self.variant, UNO_VARIANTS)

    @property
    def label(self) -> str:
        """Name with tau."""
        return f"{self.name}-{self.tau:g}"

    @property
    def convention(self) -> str:
        """The variant, in words."""
        return f"{self.variant}: {UNO_VARIANTS[self.variant]}; {self.censoring_place}"

    @property
    def rule(self) -> PairRule:
        """Which pairs compare, and what ties are worth."""
        return UNO_VARIANTS[self.variant].rule

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64]:
        """Return 1 for events that may count."""
        return np.asarray((truth[:, 1] == 1) & (truth[:, 0] <= self.tau), dtype=np.int64)

    def check_support(self, outcome: Outcome) -> None:
        """Refuse a tau after the last time of those that censoring is estimated on."""
        self.check_followed(outcome, "tau", self.tau)

    def lead(
        self, outcome: Outcome, events: NDArray[np.int64], weights: NDArray[np.generic]
    ) -> NDArray[np.generic]:
        """Return the weights of the events over the squared probability of being uncensored."""
        variant, time = UNO_VARIANTS[self.variant], outcome.time[events]
        inverse = ipcw(outcome, weights, variant.censoring, self.trained_on, self.reestimate)
        counted = time <= self.tau if variant.closed else time < self.tau
        lead = np.zeros((len(events), weights.shape[1]))
        own = weights[events[counted]].astype(np.float64)
        factor = inverse.of_events(time[counted]) ** 2
        lead[counted] = np.multiply(own, factor, out=np.zeros_like(own), where=own > 0)
        return lead
