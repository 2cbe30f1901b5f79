"""Coverage and width of the intervals of estimates, within each group and then over groups."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_level
from workbench.metrics.effects.base import Hidden, Said
from workbench.metrics.effects.over_groups import OverGroups, oracle_scale


@dataclass(frozen=True)
class AtLevel(OverGroups):
    """A metric of intervals of a nominal level.

    Attributes:
        level: Nominal level of the intervals.
    """

    level: float = 0.95

    of_intervals = True

    def __post_init__(self) -> None:
        """Refuse unknown choices and a level without tails."""
        super().__post_init__()
        check_level(self.level)

    @property
    def convention(self) -> str:
        """The level, and how groups are put together."""
        return f"intervals of nominal level {self.level:g}; {super().convention}"


@register
@dataclass(frozen=True)
class EffectCoverageError(AtLevel):
    """How far a group's share of truths inside their interval is from the nominal level."""

    name = "effect-coverage-error"
    title = "distance of the coverage from its nominal level"
    direction = "minimize"
    source = "|share of low <= truth <= high - level|, by group"

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to the level."""
        return (0.0, max(self.level, 1.0 - self.level))

    def terms(self, hidden: Hidden, said: Said) -> NDArray[np.float64]:
        """Return 1 where the truth is inside, ends included."""
        inside = (said.low <= hidden.value) & (hidden.value <= said.high)
        return inside.astype(np.float64)

    def of_means(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the distance from the level."""
        return np.abs(means - self.level)


@register
@dataclass(frozen=True)
class EffectWidthRatio(AtLevel):
    """Mean width of a group's intervals over that of the oracle's, 2 z standard deviations."""

    name = "effect-width-ratio"
    title = "width of the intervals over the oracle's"
    direction = "target"
    target = 1.0
    source = "(high - low) / (2 z oracle's standard deviation), mean by group"
    scaled = True

    def terms(self, hidden: Hidden, said: Said) -> NDArray[np.float64]:
        """Return the ratio of each interval."""
        z = NormalDist().inv_cdf((1.0 + self.level) / 2)
        return (said.high - said.low) / (2.0 * z * oracle_scale(hidden))

    def of_means(self, means: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the mean."""
        return means
