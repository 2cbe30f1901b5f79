"""Inverse probability of censoring weights: those still seen stand for those lost before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.survival.base import CurveMetric, check_choice
from workbench.metrics.survival.censoring import (
    StepCurves,
    Ties,
    censoring_curves,
    kaplan_meier,
)
from workbench.metrics.survival.outcome import Outcome, checked_outcome


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

    def __str__(self) -> str:
        """The variant in words."""
        when = "just before" if self.just_before else "at"
        return f"events weighted by 1/G {when} their time, survivors by 1/G at the horizon"


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


@dataclass(frozen=True, kw_only=True)
class CensoringWeighted(CurveMetric):
    """A metric that weighs cases by the inverse probability of being uncensored.

    Attributes:
        variant: Which package's convention: ``riskRegression`` (and pec), ``sksurv``, or
            ``SurvMetrics``.
        training: Outcome ``(n, 2)`` that the censoring is estimated on, as scikit-survival asks
            for; without it the scored cases themselves.
        reestimate: ``each``: the censoring is estimated anew under each column of weights.
            ``once``: on the unweighted cases.
    """

    variant: str = "riskRegression"
    training: ArrayLike | None = field(default=None, repr=False, compare=False)
    reestimate: Reestimate = "each"

    undefined = "nobody is followed beyond the last time asked for and some are censored"

    def __post_init__(self) -> None:
        """Refuse unknown choices."""
        check_choice(self.name, "variant", self.variant, IPCW_VARIANTS)
        check_choice(self.name, "reestimate", self.reestimate, ("each", "once"))
        if self.training is not None:
            checked_outcome(self.training, "training")

    @property
    def censoring_convention(self) -> str:
        """The variant in words, and where the censoring comes from."""
        if self.training is not None:
            place = "on the training outcome"
        else:
            place = "under each weighting" if self.reestimate == "each" else "once, unweighted"
        return f"{self.variant}: {IPCW_VARIANTS[self.variant]}; censoring estimated {place}"

    def ipcw(self, outcome: Outcome, weights: NDArray[np.generic]) -> Ipcw:
        """Return the weights for some columns."""
        return ipcw(outcome, weights, self.variant, self._trained_on(), self.reestimate)

    def check_support(self, outcome: Outcome) -> None:
        """Refuse times that nobody is followed beyond."""
        last = self.evaluation_times[-1]
        _check_follow_up(outcome, last, "the scored cases")
        training = self._trained_on()
        if training is not None:
            _check_follow_up(training, last, "the training cases")

    def _trained_on(self) -> Outcome | None:
        """Return the training outcome, checked."""
        return None if self.training is None else checked_outcome(self.training, "training")


def unsupported(outcome: Outcome, weights: NDArray[np.generic], time: float) -> NDArray[np.bool_]:
    """Return the columns in which survival beyond a time is not known, shape ``(b,)``.

    So where nobody is followed beyond the time, and the last case was censored: nobody is left to
    stand for it.
    """
    lost = np.asarray(~weights[outcome.time > time].any(axis=0), dtype=np.bool_)
    lost[lost] = kaplan_meier(outcome, weights[:, lost]).at([time])[0] > 0
    return lost


def _check_follow_up(outcome: Outcome, time: float, whose: str) -> None:
    """Refuse a time at which the probability of being uncensored is 0, or unknown."""
    if unsupported(outcome, np.ones((len(outcome), 1), dtype=np.uint8), time)[0]:
        last = int(np.argmax(outcome.time))
        raise DataError(
            f"time {time:g} lies beyond the support of the censoring distribution: the last of "
            f"{whose} is censored at {outcome.time[last]:g}, nobody is followed longer",
            where=f"row {last}",
            remedy=f"choose a time below {outcome.time[last]:g}",
        )


def _inverse(free: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one over probabilities, infinite where they are 0."""
    with np.errstate(divide="ignore"):
        return np.asarray(1.0 / free)
