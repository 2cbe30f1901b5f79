"""Free-response metrics: targets found against false events an image (or any other exposure)."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.confusion import ratio
from workbench.metrics.curves import Counts, band_area, threshold_counts
from workbench.metrics.events import EventMetric, Matched, exact_weights, matched, totals
from workbench.metrics.sums import shares_sum

# A number of false events that meets the allowed one up to rounding counts as meeting it.
_SLACK = 1e-9


@dataclass(frozen=True)
class _Curve(EventMetric):
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
        kept, exposed = _kept(matched(truth, prediction), truth, self.false_on)
        targets, exposure = totals(exposed, exact)
        values = np.empty(exact.shape[1])
        for block, hits, misfires in threshold_counts(*_rows(kept), exact[_cases(kept)]):
            found, false = ratio(hits, targets[block]), ratio(misfires, exposure[block])
            values[block] = self.of_curve(found, false)
        return np.where((targets > 0) & (exposure > 0), values, np.nan)


@register
@dataclass(frozen=True)
class Froc(_Curve):
    """Mean sensitivity where at most ``at`` false events occur an image.

    >>> from workbench.metrics.events import events
    >>> marks = events(case=[0, 0, 1], target=[0, -1, -1], score=[0.9, 0.8, 0.3])
    >>> Froc(at=(0.5, 1.0))([2, 0], marks)  # one of two lesions found, before any false mark
    0.5
    """

    at: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)

    name = "froc"
    title = "mean sensitivity for targets at stated numbers of false events an image"
    source = "Ehteshami Bejnordi et al. 2017, JAMA 318:2199 (CAMELYON16); join=linear: monai"

    def __post_init__(self) -> None:
        """Refuse places that are not on the curve."""
        super().__post_init__()
        object.__setattr__(self, "at", tuple(float(place) for place in np.atleast_1d(self.at)))
        if not self.at or not all(0.0 <= place < np.inf for place in self.at):
            raise UsageError(f"froc 'at' is one or more numbers from 0 upwards, got {self.at}")

    @property
    def label(self) -> str:
        """Name with the place, where there is one."""
        return f"froc-at-{self.at[0]:g}" if len(self.at) == 1 else self.name

    @property
    def convention(self) -> str:
        """The places, and the conventions of the curve."""
        return f"at {', '.join(f'{place:g}' for place in self.at)} an image; {super().convention}"

    def of_curve(self, found: Counts, false: Counts) -> Counts:
        """Return the mean of the sensitivities at the places."""
        if self.join == "linear":
            pairs = zip(false.T, found.T, strict=True)
            return np.array([np.mean(np.interp(self.at, *pair)) for pair in pairs])
        total, columns = np.zeros(found.shape[1]), np.arange(found.shape[1])
        for place in self.at:
            # Both rise from row to row: the last allowed threshold finds most.
            last = (false <= place * (1 + _SLACK)).sum(axis=0) - 1
            total += found[last, columns]
        return total / len(self.at)


@register
@dataclass(frozen=True)
class PartialFroc(_Curve):
    """Mean sensitivity over all numbers of false events an image from 0 to ``up_to``."""

    up_to: float = field(kw_only=True)

    name = "partial-froc"
    title = "area under the free-response curve up to a number of false events, over that number"
    source = "Bandos et al. 2009, Biometrics 65:247 (area under the FROC curve)"

    def __post_init__(self) -> None:
        """Refuse an area without width."""
        super().__post_init__()
        if not 0.0 < self.up_to < np.inf:
            raise UsageError(f"partial-froc needs 'up_to', a number above 0; got {self.up_to}")

    @property
    def convention(self) -> str:
        """The width, and the conventions of the curve."""
        return f"up to {self.up_to:g} an image; {super().convention}"

    def of_curve(self, found: Counts, false: Counts) -> Counts:
        """Return the area; beyond the last threshold the curve goes on level."""
        along = false / self.up_to
        if self.join == "linear":
            last = np.maximum(along[-1:], 1.0)
            return band_area(np.vstack([along, last]), np.vstack([found, found[-1:]]), 0.0, 1.0)
        ends = np.vstack([np.minimum(along, 1.0), np.ones((1, along.shape[1]))])
        return np.minimum(shares_sum(np.diff(ends, axis=0) * found), 1.0)


def froc_curve(
    truth: ArrayLike, events: ArrayLike, *, false_on: Literal["all", "target-free"] = "all"
) -> pd.DataFrame:
    """Return the free-response curve, one row a threshold.

    Args:
        truth: As of :class:`EventMetric`.
        events: Table of events.
        false_on: Cases on which false events are counted.

    Returns:
        ``threshold`` (falling; infinity first), ``false`` (false events a unit of exposure) and
        ``sensitivity`` of calling every event at or above the threshold.

    Raises:
        DataError: Broken input, no target, or no exposure.
    """
    metric = Froc(false_on=false_on)
    metric(truth, events)
    cases = metric.checked_truth(truth)
    kept, exposed = _kept(matched(cases, metric.checked(events, len(cases))), cases, false_on)
    targets, exposure = totals(exposed, np.ones((len(cases), 1), dtype=np.uint8))
    positive, scores = _rows(kept)
    ((_, hits, misfires),) = threshold_counts(positive, scores, np.ones((len(scores), 1)))
    return pd.DataFrame(
        {
            "threshold": np.append(np.inf, np.unique(scores)[::-1]),
            "false": misfires[:, 0] / exposure,
            "sensitivity": hits[:, 0] / targets,
        }
    )


def _kept(found: Matched, truth: NDArray[Any], false_on: str) -> tuple[Matched, NDArray[Any]]:
    """Return the targets found and the false events that count, and the exposure that counts."""
    seen = found.best > -np.inf
    counted = np.ones(len(truth), dtype=bool) if false_on == "all" else truth[:, 0] == 0
    on = counted[found.false_case]
    kept = Matched(
        found.target_case[seen], found.best[seen], found.false_case[on], found.false_score[on]
    )
    return kept, np.column_stack([truth[:, 0], np.where(counted, truth[:, 1], 0.0)])


def _rows(kept: Matched) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which rows of the curve are targets, and their scores."""
    scores = np.concatenate([kept.best, kept.false_score])
    return np.arange(len(scores)) < len(kept.best), scores


def _cases(kept: Matched) -> NDArray[np.int64]:
    """Return the case of each row of the curve."""
    return np.concatenate([kept.target_case, kept.false_case])
