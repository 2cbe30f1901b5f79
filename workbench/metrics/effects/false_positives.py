"""How often an effect is found where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.errors import UsageError
from workbench.metrics.catalogue import register
from workbench.metrics.confusion import ratio
from workbench.metrics.effects.base import EffectMetric, Hidden, Said
from workbench.metrics.sums import weighted_sums


@register
@dataclass(frozen=True)
class EffectFalsePositives(EffectMetric):
    """Share of the answered cases without an effect whose interval leaves 0 out.

    Attributes:
        null_within: A true number this near to 0, or nearer, is no effect; in the unit of the
            truth. A simulated truth has a Monte-Carlo error that may have to be allowed for.

    >>> truth = [[0.0, 1, 0, 1], [0.0, 1, 0, 1], [0.5, 1, 1, 1]]
    >>> said = [[0.2, 0.1, 0.3, 0], [0.1, -0.1, 0.3, 0], [0.5, 0.4, 0.6, 0]]
    >>> EffectFalsePositives()(truth, said)
    0.5
    """

    null_within: float = 0.0

    name = "effect-false-positives"
    title = "share of cases without an effect whose interval leaves 0 out"
    direction = "minimize"
    undefined = "no case without an effect was answered with an interval"
    source = "share of low > 0 or high < 0 among truths of 0"
    stratum = "effect"
    of_intervals = True

    def __post_init__(self) -> None:
        """Refuse a distance that is none."""
        if not 0.0 <= self.null_within < np.inf:
            raise UsageError(
                f"null_within of {self.name} must be 0 or more, got {self.null_within}"
            )

    @property
    def range(self) -> tuple[float, float]:
        """From 0 to 1."""
        return (0.0, 1.0)

    @property
    def convention(self) -> str:
        """What counts as no effect."""
        near = f"within {self.null_within:g} of 0" if self.null_within else "of exactly 0"
        return f"true numbers {near} are no effect; answered cases"

    def needed_classes(self, truth: NDArray[Any]) -> NDArray[np.int64]:
        """Return 1 for cases without an effect: a resample without any has no value."""
        return np.asarray(np.abs(truth[:, 0]) <= self.null_within, dtype=np.int64)

    def share_of(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.bool_]:
        """Return the answered cases without an effect."""
        said = Said.of(prediction)
        null = np.abs(Hidden.of(truth).value) <= self.null_within
        return np.asarray(null & ~said.abstained & np.isfinite(said.low))

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the shares ``(B,)``."""
        said, counted = Said.of(prediction), self.share_of(truth, prediction)
        found = counted & ((said.low > 0) | (said.high < 0))
        total, wrong = weighted_sums(np.column_stack([counted, found]).astype(np.uint8), weights)
        return ratio(wrong, total)
