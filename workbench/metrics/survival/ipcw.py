"""Inverse probability of censoring weights: those still seen stand for those lost before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.metrics.survival.censoring import StepCurves, Ties, censoring_curves
from workbench.metrics.survival.outcome import Outcome


@dataclass(frozen=True)
class IpcwVariant:
    """Where packages differ.

    Attributes:
        ties: Who is at risk of censoring at a time that has events too.
        just_before: Whether an event is weighted by the probability G of being uncensored just
            before its time, or at it.
    """

    ties: Ties
    just_before: bool

    @property
    def of_an_event(self) -> str:
        """Where an event's G is taken, and how G treats ties, in words."""
        when = "just before" if self.just_before else "at"
        return f"{when} their time (at a tie, {_TIES[self.ties]})"

    def __str__(self) -> str:
        """The variant in words."""
        return f"events weighted by 1/G {self.of_an_event}, survivors by 1/G at the horizon"


_TIES: dict[Ties, str] = {
    "events-first": "events leave before censorings",
    "together": "events are at risk of censoring",
    "compounded": "each censoring multiplies by the share that stays",
}


IPCW_VARIANTS = {
    "riskRegression": IpcwVariant("events-first", just_before=True),
    "sksurv": IpcwVariant("events-first", just_before=False),
    "SurvMetrics": IpcwVariant("together", just_before=False),
    "survC1": IpcwVariant("together", just_before=True),
    "survAUC": IpcwVariant("compounded", just_before=False),
}
Reestimate = Literal["each", "once"]


@dataclass(frozen=True, eq=False)
class Ipcw:
    """Weights from curves of remaining uncensored; infinite where the curve is 0.

    Attributes:
        curves: Probability G of being uncensored, one column a column of weights, or one for all.
        just_before: Whether events take G just before their time.
    """

    curves: StepCurves
    just_before: bool

    def of_events(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the weights of events at these times, shape ``(k, b)`` or ``(k, 1)``."""
        free = self.curves.before(times) if self.just_before else self.curves.at(times)
        return _inverse(free)

    def of_survivors(self, times: ArrayLike) -> NDArray[np.float64]:
        """Return the weights of cases seen beyond these times, shape ``(k, b)`` or ``(k, 1)``."""
        return _inverse(self.curves.at(times))


def ipcw(
    outcome: Outcome,
    weights: NDArray[np.generic],
    variant: str = "riskRegression",
    training: Outcome | None = None,
    reestimate: Reestimate = "each",
) -> Ipcw:
    """Return the inverse probability of censoring weights of a set.

    Args:
        outcome: Time and event of each case.
        weights: Shape ``(n, B)``.
        variant: Which package's convention, one of ``IPCW_VARIANTS``.
        training: Outcome that the censoring is estimated on; without it the scored set itself.
        reestimate: ``each``: the censoring is estimated anew under each column of weights (a
            bootstrap then covers its uncertainty). ``once``: on the unweighted set.

    >>> outcome = Outcome(np.array([1.0, 2.0, 3.0]), np.array([False, True, True]))
    >>> ipcw(outcome, np.ones((3, 1))).of_events([2.0]).item()
    1.5
    """
    chosen = IPCW_VARIANTS[variant]
    if training is not None or reestimate == "once":
        outcome = outcome if training is None else training
        weights = np.ones((len(outcome), 1), dtype=np.uint8)
    return Ipcw(censoring_curves(outcome, weights, chosen.ties), chosen.just_before)


def _inverse(free: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one over probabilities, infinite where they are 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / free)
