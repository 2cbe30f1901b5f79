"""Antolini's concordance: at each event, the survival predicted for that time is compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.catalogue import register
from workbench.metrics.choices import check_choice
from workbench.metrics.survival.base import CurveMetric
from workbench.metrics.survival.curves import checked_times
from workbench.metrics.survival.outcome import Outcome
from workbench.metrics.survival.outranked import outranked
from workbench.metrics.survival.pairs import Counts, PairRule, weighted_share, worth
from workbench.metrics.survival.walk import Walk

Between = Literal["last", "next", "linear"]
BETWEEN = {
    "last": "survival at the last grid time up to the event (the first one before all)",
    "next": "survival at the next grid time from the event on (the last one after all)",
    "linear": "survival on straight lines between grid times, from 1 at time 0, level after all",
}
ADJUSTED = "adj-antolini"
ANTOLINI_RULES = {
    "antolini": PairRule(same_time=True, tied_risk="wrong"),
    "half": PairRule(same_time=True, tied_risk="half"),
    ADJUSTED: PairRule(same_time=True, tied_risk="half"),
}


@register
@dataclass(frozen=True)
class AntoliniC(CurveMetric):
    """Share of comparable pairs in which the case with the event had the lower survival just then.

    Memory grows with cases times grid times only. ``last`` and ``next`` take O(K n log n) time,
    ``linear`` one pass over the cases at risk for each distinct time of an event.

    Attributes:
        times: Grid of the predicted curves, rising.
        between: What survival is at an event between two grid times: ``last`` (pycox
            ``EvalSurv(steps="post")``), ``next`` (``"pre"``) or ``linear``.
        variant: ``antolini`` (pycox): equal survival counts as wrong. ``half``: it counts half, as
            in Harrell's, to which this is equal where curves do not cross. ``adj-antolini``
            (pycox): half too; pairs at the same time count twice, and two events at the same time
            are worth half, or one where survival is equal. A weight of 2 is then not the row
            written twice, as a row makes no pair with itself.

    >>> curves = [[0.6, 0.2], [0.9, 0.7], [0.8, 0.3]]
    >>> AntoliniC((1.0, 2.0))([[1, 1], [3, 0], [2, 1]], curves)
    1.0
    """

    times: tuple[float, ...]
    between: Between = "last"
    variant: str = "antolini"

    name = "antolini-c"
    title = "Antolini's time-dependent concordance"
    undefined = "no two cases compare"
    source = "Antolini, Boracchi and Biganzoli 2005, Stat Med 24:3927; pycox concordance_td"

    def __post_init__(self) -> None:
        """Turn the times into a tuple, refuse unknown choices, say which weights have a meaning."""
        object.__setattr__(self, "times", checked_times(self.times))
        check_choice(self.name, "between", self.between, BETWEEN)
        check_choice(self.name, "variant", self.variant, ANTOLINI_RULES)
        if self.variant == ADJUSTED:
            object.__setattr__(self, "supports", ("importance",))

    @property
    def convention(self) -> str:
        """The variant and what is between grid times, in words."""
        rule = str(ANTOLINI_RULES[self.variant]).replace("risk", "survival")
        if self.variant == ADJUSTED:
            rule = "pairs at one time count twice, two events at one time as a tie; a tie is half"
        return f"{self.variant}: {rule}; {BETWEEN[self.between]}"

    @property
    def evaluation_times(self) -> tuple[float, ...]:
        """The grid."""
        return self.times

    def values(
        self, outcome: Outcome, prediction: NDArray[np.float64], weights: NDArray[np.generic]
    ) -> NDArray[np.float64]:
        """Return the shares ``(b,)``."""
        walk = Walk.of(outcome)
        counts = Counts.of(weights[walk.order])
        columns = self._columns(outcome.time[walk.order], prediction[walk.order], walk)
        if self.variant == ADJUSTED:
            won, pairs = _adjusted(walk, columns, counts)
        else:
            ((above, level),) = _compared(columns, counts, [walk.outlasting])
            compared = counts.before(walk.outlasting[walk.event])
            won, pairs = worth(ANTOLINI_RULES[self.variant], above, level, compared)
        lead = weights[walk.order[walk.event]]
        return weighted_share(won, pairs, lead.astype(np.int64 if counts.exact else np.float64))

    def _columns(
        self, time: NDArray[np.float64], curves: NDArray[np.float64], walk: Walk
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]:
        """Give groups of events and the survival they are judged by, of the cases they reach."""
        events, grid = np.flatnonzero(walk.event), np.asarray(self.times)
        at = time[events]
        if self.between == "linear":
            starts = np.flatnonzero(np.diff(at, prepend=np.inf))
            corners = np.append(0.0, grid)
            right = np.minimum(np.searchsorted(corners, at[starts]), len(grid))
            for members, k in zip(np.split(events, starts[1:]), right, strict=True):
                seen = curves[: walk.reached[members[-1]]]
                part = min((time[members[0]] - corners[k - 1]) / (corners[k] - corners[k - 1]), 1.0)
                before = seen[:, k - 2] if k > 1 else 1.0
                yield members, before + part * (seen[:, k - 1] - before)
            return
        if self.between == "last":
            column = np.maximum(np.searchsorted(grid, at, side="right") - 1, 0)
        else:
            column = np.minimum(np.searchsorted(grid, at, side="left"), len(grid) - 1)
        starts = np.flatnonzero(np.diff(column, prepend=-1))
        for members, k in zip(np.split(events, starts[1:]), column[starts], strict=True):
            yield members, curves[: walk.reached[members[-1]], k]


Columns = Iterator[tuple[NDArray[np.int64], NDArray[np.float64]]]


def _compared(
    columns: Columns, counts: Counts, reaches: list[NDArray[np.int64]]
) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Return the weight of the cases above each event and level with it, for each kind of reach.

    Args:
        columns: Groups of events, as places in the walk, and the survival they are judged by.
        counts: Weights in the order of the walk.
        reaches: How many cases of the walk each place is compared with, shapes ``(n,)``.

    Returns:
        Two arrays a reach, one row an event of the walk, shape ``(m, b)``.
    """
    found: list[tuple[list[Any], list[Any]]] = [([], []) for _ in reaches]
    for members, survival in columns:
        asked = -survival[members]
        known = np.unique(asked)
        # Only the ranks among the asked values matter: odd is equal to one, even lies between.
        place = np.searchsorted(known, -survival)
        rank = 2 * place + (known[np.minimum(place, len(known) - 1)] == -survival)
        wanted, n_ranks = 2 * np.searchsorted(known, asked) + 1, 2 * len(known) + 1
        for reach, parts in zip(reaches, found, strict=True):
            seen = int(reach[members[-1]])
            numbers = counts.numbers[:seen]
            results = outranked(rank[:seen], n_ranks, wanted, reach[members], numbers)
            for part, result in zip(parts, results, strict=True):
                part.append(result.astype(np.int64))
    return [(np.vstack(above), np.vstack(level)) for above, level in found]


def _adjusted(
    walk: Walk, columns: Columns, counts: Counts
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return twice the pairs won, and all pairs, as pycox's ``adj_antolini`` counts them."""
    reaches = [walk.later, walk.outlasting, walk.reached]
    found = _compared(columns, counts, reaches)
    compared = [counts.before(reach[walk.event]) for reach in reaches]
    own = counts.numbers[walk.event]
    events = compared[2] - compared[1] - own
    level_events = found[2][1] - found[1][1] - own
    later, outlasting = (2 * above + level for above, level in found[:2])
    won = 2 * outlasting - later + events + level_events
    return won, 2 * (2 * compared[1] - compared[0] + events)
