"""Who is at risk at the time of an event: baseline hazards, and cases to compare with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.learning.survival_estimator import Sample
from workbench.methods.survival.cox import fit_cox

Draw = Callable[[int, NDArray[np.int64], tuple[int, int]], NDArray[np.int64]]
"""Takes (lowest, upper bounds (n, 1), shape) and returns whole numbers, as NumPy's generators."""


@dataclass(frozen=True)
class Compared:
    """Events with at least one other case at risk, and who that is.

    Attributes:
        latest: Rows of all cases, the latest time first, (n,).
        place: Place of each such event in ``latest``, (e,).
        at_risk: Cases whose time is not before the event's, itself included, (e,).
    """

    latest: NDArray[np.int64]
    place: NDArray[np.int64]
    at_risk: NDArray[np.int64]

    @classmethod
    def of(cls, sample: Sample) -> Self:
        """Find the events that can be compared with somebody."""
        latest = np.argsort(-sample.time, kind="stable")
        sorted_time = -sample.time[latest]
        at_risk = np.searchsorted(sorted_time, sorted_time, side="right")
        place = np.flatnonzero(sample.event[latest] & (at_risk > 1))
        return cls(latest, place, at_risk[place])

    def __len__(self) -> int:
        return len(self.place)

    def rows(self) -> NDArray[np.int64]:
        """Return the row of each event."""
        return self.latest[self.place]

    def controls(self, events: NDArray[np.int64], count: int, draw: Draw) -> NDArray[np.int64]:
        """Return rows of cases at risk at each event, drawn with replacement, never its own.

        Args:
            events: Numbers of events, (b,).
            count: Controls of each.
            draw: Draws whole numbers.
        """
        others = self.at_risk[events][:, None] - 1
        drawn = draw(0, others, (len(events), count))
        return self.latest[drawn + (drawn >= self.place[events][:, None])]


def check_compared(sample: Sample) -> None:
    """Check that somebody is at risk beside a case with the event.

    Raises:
        DataError: Nobody is: a partial likelihood says nothing about such cases.
    """
    if not len(Compared.of(sample)):
        text = "at no event is another case at risk: there is nothing to compare"
        raise DataError(
            "the cases say nothing about who is at risk",
            problems=[Problem("no-pair", text, f"{len(sample)} cases")],
            remedy="add cases with later times",
        )


def baseline_hazard(
    sample: Sample, log_hazard: NDArray[np.float64]
) -> dict[str, NDArray[np.float64]]:
    """Return the baseline cumulative hazard as a step function, ties by Efron as in the loss.

    Args:
        sample: Cases.
        log_hazard: Log of each case's hazard relative to the baseline, (n,).

    Returns:
        ``times`` of events, rising, and ``baseline_cumulative_hazard`` from each on.
    """
    # A Cox model in which nothing is left to fit: the network has said it all.
    nothing = np.empty((len(sample), 0))
    table = fit_cox(nothing, sample.time, sample.event, offset=log_hazard).baseline()
    return {
        "times": table["time"].to_numpy(dtype=np.float64),
        "baseline_cumulative_hazard": table["cumulative_hazard"].to_numpy(),
    }


def event_rises(
    sample: Sample, log_hazard: NDArray[np.float64], times: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return events over the summed hazard of those at risk, at each of some times of events.

    Breslow 1974, Biometrics 30:89.
    """
    order = np.argsort(sample.time, kind="stable")
    sorted_time = sample.time[order]
    hazards = np.exp(log_hazard[order])
    at_risk = np.cumsum(hazards[::-1])[::-1][np.searchsorted(sorted_time, times, side="left")]
    seen = np.sort(sample.time[sample.event])
    events = np.searchsorted(seen, times, "right") - np.searchsorted(seen, times, "left")
    return np.asarray(events / at_risk)
