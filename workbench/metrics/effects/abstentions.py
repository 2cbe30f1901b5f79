"""How often a question was left open where no method can answer it, and where one can."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.effects.base import EffectMetric
from workbench.metrics.sums import weighted_sums


class Abstentions(EffectMetric):
    """Share of the cases of one sort that were abstained from.

    Attributes:
        of_answerable: Whether it is a share of the cases that can be answered.
    """

    stratum = "answerable"
    of_answerable: ClassVar[bool]

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to 1."""
        return (0.0, 1.0)

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64]:
        """Return 1 for cases that can be answered: both sorts are needed."""
        return truth[:, 3].astype(np.int64)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the cases of the sort."""
        return np.asarray((truth[:, 3] == 1) == self.of_answerable)

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the shares ``(B,)``."""
        sort = self.share_of(truth, prediction)
        left = sort & (prediction[:, 3] == 1)
        total, open_ = weighted_sums(np.column_stack([sort, left]).astype(np.uint8), weights)
        return ratio(open_, total)


@register
@dataclass(frozen=True)
class RightAbstentions(Abstentions):
    """Share of the cases that nobody can answer which were abstained from."""

    name = "effect-right-abstentions"
    title = "share of unanswerable cases that were abstained from"
    undefined = "every case can be answered"
    source = "share of abstain = 1 where answerable = 0"
    of_answerable = False


@register
@dataclass(frozen=True)
class WrongAbstentions(Abstentions):
    """Share of the cases that can be answered which were abstained from."""

    name = "effect-wrong-abstentions"
    title = "share of answerable cases that were abstained from"
    direction = "minimize"
    undefined = "no case can be answered"
    source = "share of abstain = 1 where answerable = 1"
    of_answerable = True
