"""What metrics share that weigh cases by the inverse probability of being uncensored."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.base import CurveMetric
from workbench.metrics.survival.censoring import kaplan_meier
from workbench.metrics.survival.follow_up import check_reached
from workbench.metrics.survival.ipcw import IPCW_VARIANTS, Ipcw, ipcw
from workbench.metrics.survival.outcome import Outcome
from workbench.metrics.survival.training import EstimatesCensoring


@dataclass(frozen=True, kw_only=True)
class CensoringWeighted(CurveMetric, EstimatesCensoring):
    """A metric that weighs cases by the inverse probability of being uncensored.

    Attributes:
        variant: Which package's convention: ``riskRegression``, ``sksurv``, or
            ``SurvMetrics``.
    """

    variant: str = "riskRegression"

    undefined = "nobody is followed beyond the last time asked for and some are censored"

    def __post_init__(self) -> None:
        """Refuse unknown choices."""
        super().__post_init__()
        check_choice(self.name, "variant", self.variant, IPCW_VARIANTS)

    @property
    def censoring_convention(self) -> str:
        """The variant in words, and where the censoring comes from."""
        return f"{self.variant}: {IPCW_VARIANTS[self.variant]}; {self.censoring_place}"

    def ipcw(self, outcome: Outcome, weights: NDArray[np.generic]) -> Ipcw:
        """Return the weights for some columns."""
        return ipcw(outcome, weights, self.variant, self.trained_on, self.reestimate)

    def check_support(self, outcome: Outcome) -> None:
        """Refuse times that nobody is followed beyond."""
        last = self.evaluation_times[-1]
        _check_follow_up(outcome, last, "scored")
        if self.trained_on is not None:
            _check_follow_up(self.trained_on, last, "training")


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
    check_reached(outcome, time, whose)
    if unsupported(outcome, np.ones((len(outcome), 1), dtype=np.uint8), time)[0]:
        last = int(np.argmax(outcome.time))
        raise DataError(
            f"time {time:g} lies beyond the support of the censoring distribution: the last "
            f"{whose} case is censored at {outcome.time[last]:g}, nobody is followed longer",
            where=f"row {last}",
            remedy=f"choose a time below {outcome.time[last]:g}",
        )
