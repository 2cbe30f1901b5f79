"""Brier score of survival predictions integrated over times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.brier import brier_sums
from workbench.metrics.survival.censoring_weighted import CensoringWeighted
from workbench.metrics.survival.curves import checked_times
from workbench.metrics.survival.outcome import Outcome

Integration = Literal["trapezoid", "step"]
_WORDS = {
    "trapezoid": "straight lines between the times, over first to last time (scikit-survival)",
    "step": "each score held until the next time, over 0 to the last time (riskRegression)",
}


def time_shares(times: tuple[float, ...], integration: Integration) -> NDArray[np.float64]:
    """Return what the score at each time counts in the integral, shape ``(K,)``.

    Args:
        times: At least two, rising.
        integration: ``trapezoid`` or ``step``.

    >>> time_shares((1.0, 2.0, 4.0), "trapezoid").round(3).tolist()
    [0.167, 0.5, 0.333]
    >>> time_shares((1.0, 2.0, 4.0), "step").tolist()
    [0.25, 0.5, 0.0]
    """
    gaps = np.diff(times)
    after = np.append(gaps, 0.0)
    if integration == "step":
        return np.asarray(after / times[-1])
    return np.asarray((after + np.insert(gaps, 0, 0.0)) / 2 / (times[-1] - times[0]))


@dataclass(frozen=True)
class OverTimes(CensoringWeighted):
    """A metric integrated over times.

    Attributes:
        times: At least two rising times, in the unit of the truth; someone must be followed beyond
            the last.
        integration: ``trapezoid``: straight lines between the times, over first to last time, as
            scikit-survival. ``step``: each score is held until the next time, over 0 to the last
            time, as riskRegression.
    """

    times: tuple[float, ...]
    integration: Integration = "trapezoid"

    def __post_init__(self) -> None:
        """Refuse times that do not rise, or one time alone."""
        super().__post_init__()
        check_choice(self.name, "integration", self.integration, _WORDS)
        object.__setattr__(self, "times", checked_times(self.times))
        if len(self.times) < 2:
            raise UsageError(
                f"{self.name} needs at least two times, got {len(self.times)}",
                remedy="the metric without 'integrated-' takes one horizon",
            )

    @property
    def label(self) -> str:
        """Name with the first and the last time."""
        return f"{self.name}-{self.times[0]:g}-to-{self.times[-1]:g}"

    @property
    def convention(self) -> str:
        """Where packages differ."""
        return f"{len(self.times)} times, {_WORDS[self.integration]}; {self.censoring_convention}"

    @property
    def evaluation_times(self) -> tuple[float, ...]:
        """The times."""
        return self.times

    @property
    def shares(self) -> NDArray[np.float64]:
        """What the score at each time counts."""
        return time_shares(self.times, self.integration)


@register
@dataclass(frozen=True)
class IntegratedBrier(OverTimes):
    """Brier score of the predicted survival curves, averaged over time.

    >>> truth = [[1, 1], [2, 0], [3, 1], [4, 0]]
    >>> curves = [[0.2, 0.1], [0.5, 0.4], [0.6, 0.3], [1.0, 0.9]]
    >>> round(IntegratedBrier((2.0, 3.0))(truth, curves), 4)
    0.055
    """

    name = "integrated-brier"
    title = "Brier score of predicted survival, averaged over times"
    direction = "minimize"
    source = "Graf, Schmoor, Sauerbrei and Schumacher 1999, Stat Med 18:2529"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 upwards: weights for censoring may take it above 1."""
        return (0.0, np.inf)

    def values(
        self, outcome: Outcome, curves: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the scores ``(b,)``."""
        censoring = self.ipcw(outcome, weights)
        return brier_sums(outcome, curves, weights, censoring, np.array(self.times), self.shares)
