"""Free-response metrics: targets found against false events an image (or any other exposure)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from workbench.errors import DataError, UsageError
from workbench.metrics.arrays import numbers
from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_positive
from workbench.metrics.curves import Counts, band_area, threshold_counts
from workbench.metrics.events import matched, totals
from workbench.metrics.free_response import FreeResponse, curve_rows, kept_events
from workbench.metrics.sums import shares_sum

if TYPE_CHECKING:
    import pandas as pd

CAMELYON16 = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
# A number of false events that meets the allowed one up to rounding counts as meeting it.
_SLACK = 1e-9


def _places(at: ArrayLike) -> tuple[float, ...]:
    """Return the places as numbers."""
    try:
        return tuple(float(place) for place in np.atleast_1d(numbers(at, "at")))
    except (DataError, TypeError) as error:
        raise UsageError(f"froc 'at' is one or more numbers from 0 upwards, got {at!r}") from error


@register
@dataclass(frozen=True)
class Froc(FreeResponse):
    """Mean sensitivity where at most ``at`` false events occur an image.

    >>> from workbench.metrics.events import events
    >>> marks = events(case=[0, 0, 1], target=[0, -1, -1], score=[0.9, 0.8, 0.3])
    >>> Froc(at=(0.5, 1.0))([2, 0], marks)  # one of two lesions found, before any false mark
    0.5
    """

    at: tuple[float, ...] = CAMELYON16

    name = "froc"
    title = "mean sensitivity for targets at stated numbers of false events an image"
    source = "Ehteshami Bejnordi et al. 2017, JAMA 318:2199 (CAMELYON16); join=linear: monai"

    def __post_init__(self) -> None:
        """Refuse places that are not on the curve."""
        super().__post_init__()
        object.__setattr__(self, "at", _places(self.at))
        if not self.at or not all(0.0 <= place < np.inf for place in self.at):
            raise UsageError(f"froc 'at' is one or more numbers from 0 upwards, got {self.at}")

    @property
    def label(self) -> str:
        """Name with the places, unless they are the six of CAMELYON16, and other choices."""
        usual = self.at == CAMELYON16
        places = "" if usual else "-at-" + "-".join(f"{place:g}" for place in self.at)
        return f"{self.name}{places}{self.choices}"

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
class PartialFroc(FreeResponse):
    """Mean sensitivity over all numbers of false events an image from 0 to ``up_to``."""

    up_to: float = field(kw_only=True)

    name = "partial-froc"
    title = "area under the free-response curve up to a number of false events, over that number"
    source = "Bandos et al. 2009, Biometrics 65:247 (area under the FROC curve)"

    def __post_init__(self) -> None:
        """Refuse an area without width."""
        super().__post_init__()
        check_positive("up_to of partial-froc", self.up_to)

    @property
    def label(self) -> str:
        """Name with the width and other choices."""
        return f"{self.name}-to-{self.up_to:g}{self.choices}"

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
    import pandas as pd

    metric = Froc(false_on=false_on)
    metric(truth, events)
    cases = metric.checked_truth(truth)
    kept, exposed = kept_events(matched(cases, metric.checked(events, len(cases))), cases, false_on)
    targets, exposure = totals(exposed, np.ones((len(cases), 1), dtype=np.uint8))
    positive, scores = curve_rows(kept)
    ((_, hits, misfires),) = threshold_counts(positive, scores, np.ones((len(scores), 1)))
    return pd.DataFrame(
        {
            "threshold": np.append(np.inf, np.unique(scores)[::-1]),
            "false": misfires[:, 0] / exposure,
            "sensitivity": hits[:, 0] / targets,
        }
    )
