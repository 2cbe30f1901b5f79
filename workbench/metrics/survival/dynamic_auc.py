"""Area under the ROC curve at a time: those with the event by then against those without it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.curves import checked_time
from workbench.metrics.survival.ipcw import IPCW_VARIANTS, Ipcw, ipcw
from workbench.metrics.survival.outcome import Outcome
from workbench.metrics.survival.pairs import Counts, weighted_share
from workbench.metrics.survival.training import EstimatesCensoring


@dataclass(frozen=True)
class AucVariant:
    """Where packages differ.

    Attributes:
        censoring: Which weights for censoring, one of ``IPCW_VARIANTS``.
        closed: Whether an event at the horizon itself makes a case.
    """

    censoring: str
    closed: bool

    def __str__(self) -> str:
        """The variant in words."""
        end = "up to and including" if self.closed else "before"
        where = IPCW_VARIANTS[self.censoring].of_an_event
        return (
            f"events {end} the horizon, weighted by 1/G {where}, against cases followed beyond it; "
            "a tied risk counts half"
        )


AUC_VARIANTS = {
    "sksurv": AucVariant("sksurv", closed=True),
    "riskRegression": AucVariant("riskRegression", closed=True),
    "timeROC": AucVariant("riskRegression", closed=False),
    "survAUC": AucVariant("survAUC", closed=True),
}


@dataclass(frozen=True, kw_only=True)
class DynamicAuc(EstimatesCensoring):
    """A metric made of cumulative/dynamic areas.

    Attributes:
        variant: Which package's convention: ``sksurv``, ``riskRegression``, ``timeROC`` (both
            Blanche's), or ``survAUC``.
    """

    variant: str = "sksurv"

    needs = "risk"
    source = "Uno, Cai, Tian and Wei 2007, JASA 102:527; Blanche et al. 2013, Stat Med 32:5381"

    def __post_init__(self) -> None:
        """Refuse unknown choices and horizons that are no times."""
        super().__post_init__()
        check_choice(self.name, "variant", self.variant, AUC_VARIANTS)
        _ = self.horizons

    @property
    @abstractmethod
    def horizons(self) -> tuple[float, ...]:
        """Times that areas are taken at."""

    @property
    def convention(self) -> str:
        """The variant, in words."""
        return f"{self.variant}: {AUC_VARIANTS[self.variant]}; {self.censoring_place}"

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64]:
        """Return 1 for events by the first horizon, 2 for cases followed beyond the last."""
        time, event = truth.T
        early = (event == 1) & (time <= self.horizons[0])
        return np.asarray(early + 2 * (time > self.horizons[-1]), dtype=np.int64)

    def check_support(self, outcome: Outcome) -> None:
        """Refuse a horizon beyond those that censoring is estimated on."""
        self.check_followed(outcome, "horizon", self.horizons[-1])

    def areas(
        self,
        outcome: Outcome,
        risks: Sequence[NDArray[np.float64]],
        weights: NDArray[np.generic],
    ) -> NDArray[np.float64]:
        """Return the area at each horizon, ``(K, b)``; NaN where it is undefined.

        Args:
            outcome: The cases.
            risks: Risks ``(n,)`` for each of the horizons.
            weights: Shape ``(n, b)``.
        """
        censoring = AUC_VARIANTS[self.variant].censoring
        inverse = ipcw(outcome, weights, censoring, self.trained_on, self.reestimate)
        pairs = zip(self.horizons, risks, strict=True)
        return np.array([self._area(*pair, outcome, weights, inverse) for pair in pairs])

    def _area(
        self,
        horizon: float,
        risk: NDArray[np.float64],
        outcome: Outcome,
        weights: NDArray[np.generic],
        inverse: Ipcw,
    ) -> NDArray[np.float64]:
        """Return the area at one horizon, ``(b,)``."""
        closed = AUC_VARIANTS[self.variant].closed
        by_then = outcome.time <= horizon if closed else outcome.time < horizon
        case, free = outcome.event & by_then, outcome.time > horizon
        own = weights[case].astype(np.float64)
        factor = inverse.of_events(outcome.time[case])
        lead = np.multiply(own, factor, out=np.zeros_like(own), where=own > 0)
        order = np.argsort(risk[free])
        counts = Counts.of(weights[free][order])
        ordered = risk[free][order]
        below = [counts.before(np.searchsorted(ordered, risk[case], s)) for s in ("left", "right")]
        total = counts.before(np.full(len(own), len(ordered)))
        return weighted_share(below[0] + below[1], 2 * total, lead)


@register
@dataclass(frozen=True)
class TimeDependentAuc(DynamicAuc):
    """Probability that a case with the event by ``horizon`` has a higher risk than one without it.

    Attributes:
        horizon: Time, in the unit of the truth.

    >>> TimeDependentAuc(2.5)([[1, 1], [2, 1], [3, 0], [4, 1]], [0.9, 0.3, 0.4, 0.1])
    0.75
    """

    horizon: float

    name = "time-dependent-auc"
    title = "area under the ROC curve at a time"
    undefined = "no event by the horizon, or nobody is followed beyond it"

    @property
    def label(self) -> str:
        """Name with the horizon."""
        return f"{self.name}-{self.horizon:g}"

    @property
    def horizons(self) -> tuple[float, ...]:
        """The horizon."""
        return (checked_time(self.name, "horizon", self.horizon),)

    def values(
        self, outcome: Outcome, prediction: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the areas ``(b,)``."""
        return np.asarray(self.areas(outcome, [prediction], weights)[0])
