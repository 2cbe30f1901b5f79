"""Index of prediction accuracy: how far the Brier score is below that of the null model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.survival.brier import brier_sums, null_brier_sums
from workbench.metrics.survival.censoring_weighted import CensoringWeighted
from workbench.metrics.survival.horizon import AtHorizon
from workbench.metrics.survival.integrated_brier import OverTimes
from workbench.metrics.survival.outcome import Outcome

_UNDEFINED = "nobody is followed beyond the last time, or no event lies before it"
_SOURCE = "Kattan and Gerds 2018, Diagn Progn Res 2:7; R riskRegression::Score(summary = 'ipa')"


@register
@dataclass(frozen=True)
class Ipa(AtHorizon):
    """One minus the Brier score over that of the Kaplan-Meier curve of the scored cases.

    0 is the null model, below 0 is worse than no model. Under weights the null model is fitted
    under each weighting.

    >>> truth = [[1, 1], [2, 0], [3, 1], [4, 0]]
    >>> round(Ipa(2.0)(truth, [0.75, 0.75, 0.75, 0.75]), 12)  # the null model itself
    0.0
    """

    name = "ipa"
    title = "share of the null model's Brier score that the model takes away"
    undefined = _UNDEFINED
    source = _SOURCE

    @property
    def range(self) -> tuple[float, float]:
        """Up to 1, without a lower end."""
        return (-np.inf, 1.0)

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the indices ``(b,)``."""
        times = np.array(self.evaluation_times)
        return _gain(self, outcome, curves, weights, times, np.ones(1))


@register
@dataclass(frozen=True)
class IntegratedIpa(OverTimes):
    """One minus the integrated Brier score over that of the Kaplan-Meier curve."""

    name = "integrated-ipa"
    title = "share of the null model's integrated Brier score that the model takes away"
    undefined = _UNDEFINED
    source = _SOURCE

    @property
    def range(self) -> tuple[float, float]:
        """Up to 1, without a lower end."""
        return (-np.inf, 1.0)

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the indices ``(b,)``."""
        return _gain(self, outcome, curves, weights, np.array(self.times), self.shares)


def _gain(
    metric: CensoringWeighted,
    outcome: Outcome,
    curves: NDArray[np.float64],
    weights: NDArray[np.generic],
    times: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return one minus the score over the null model's score."""
    censoring = metric.ipcw(outcome, weights)
    score = brier_sums(outcome, curves, weights, censoring, times, shares)
    return 1.0 - ratio(score, null_brier_sums(outcome, weights, censoring, times, shares))
