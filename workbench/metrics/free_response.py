"""What metrics of the free-response curve share: which events count, and the curve's rows."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.choices import check_choice
from workbench.metrics.confusion import ratio
from workbench.metrics.curves import Counts, threshold_counts
from workbench.metrics.events import EventMetric, Matched, exact_weights, matched, totals


@dataclass(frozen=True)
class FreeResponse(EventMetric):
    """A function of the curve of sensitivity against false events a unit of exposure.

    ``join`` says what lies between two thresholds; ``false_on`` on which cases false events are
    counted and whose exposure they are divided by.
    """

    join: Literal["step", "linear"] = "step"
    false_on: Literal["all", "target-free"] = "all"

    def __post_init__(self) -> None:
        """Refuse a curve that is not defined."""
        check_choice(self.name, "join", self.join, ("step", "linear"))
        check_choice(self.name, "false_on", self.false_on, ("all", "target-free"))

    @property
    def choices(self) -> str:
        """What differs from steps over all cases, for the label."""
        join = "" if self.join == "step" else f"-{self.join}"
        return join + ("" if self.false_on == "all" else f"-{self.false_on}")

    @property
    def convention(self) -> str:
        """What is counted, where, and how points are joined."""
        where = "all cases" if self.false_on == "all" else "cases without a target"
        between = "no interpolation" if self.join == "step" else "straight lines between points"
        return f"a target counts once by its best event, false events on {where}, {between}"

    @abstractmethod
    def of_curve(self, found: Counts, false: Counts) -> Counts:
        """Return one value a column.

        Args:
            found: Sensitivity at each threshold, falling thresholds, shape ``(g + 1, b)``.
            false: False events a unit of exposure, same shape; row 0 is zero.
        """

    def compute(
        self, truth: NDArray[Any], prediction: NDArray[Any], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the values ``(B,)``."""
        exact = exact_weights(truth, prediction, weights)
        kept, exposed = kept_events(matched(truth, prediction), truth, self.false_on)
        targets, exposure = totals(exposed, exact)
        values = np.empty(exact.shape[1])
        for block, hits, misfires in threshold_counts(*curve_rows(kept), exact[_cases(kept)]):
            found, false = ratio(hits, targets[block]), ratio(misfires, exposure[block])
            values[block] = self.of_curve(found, false)
        return np.where((targets > 0) & (exposure > 0), values, np.nan)


def kept_events(found: Matched, truth: NDArray[Any], false_on: str) -> tuple[Matched, NDArray[Any]]:
    """Return the targets found and the false events that count, and the exposure that counts."""
    seen = found.best > -np.inf
    counted = np.ones(len(truth), dtype=bool) if false_on == "all" else truth[:, 0] == 0
    on = counted[found.false_case]
    kept = Matched(
        found.target_case[seen], found.best[seen], found.false_case[on], found.false_score[on]
    )
    return kept, np.column_stack([truth[:, 0], np.where(counted, truth[:, 1], 0.0)])


def curve_rows(kept: Matched) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which rows of the curve are targets, and their scores."""
    scores = np.concatenate([kept.best, kept.false_score])
    return np.arange(len(scores)) < len(kept.best), scores


def _cases(kept: Matched) -> NDArray[np.int64]:
    """Return the case of each row of the curve."""
    return np.concatenate([kept.target_case, kept.false_case])
