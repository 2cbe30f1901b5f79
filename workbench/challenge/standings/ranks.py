"""Ranks of entrants from stored values alone, with their uncertainty where it can be had.

Boards of a store and of a folder of sheets both come here. An entrant is a name, a score and, where
they were kept, the scores on the card's resamples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking import TaskRanking, rank_resampled, ranks_of, resampled_scores
from workbench.challenge.ranking.ties import Ties
from workbench.errors import DataError
from workbench.metrics.base import Direction

NONE: NDArray[np.float64] = np.empty(0)


@dataclass(frozen=True)
class Entrant:
    """Somebody to be ranked.

    Attributes:
        name: Unique on the board.
        value: The stored score.
        low: Lower end of its interval, as on the score sheet.
        high: Upper end.
        resampled: The score on the resamples, shape ``(B,)``; empty where it was not kept.
    """

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    resampled: NDArray[np.float64] = field(default_factory=lambda: NONE)


@dataclass(frozen=True)
class Ranked:
    """Ranks by name, and what is known of their uncertainty.

    Attributes:
        ranks: Rank of each name; equal stored scores share one.
        uncertainty: Rank intervals, rank sets, tie group, P(first); None where there are none.
        missing: Why there are none.
    """

    ranks: dict[str, float]
    uncertainty: TaskRanking | None
    missing: str = ""


def rank_entrants(
    entrants: Sequence[Entrant],
    *,
    direction: Direction,
    level: float,
    n_units: int,
    n_cases: int,
    ties: Ties = "min",
) -> Ranked:
    """Return the ranks of entrants; their order in the list means nothing.

    Args:
        entrants: Each with a score.
        direction: Whether more or less is better.
        level: Level of intervals, sets and groups.
        n_units: Units that were resampled.
        n_cases: Cases that were scored.
        ties: How equal scores are numbered.
    """
    names = [entrant.name for entrant in entrants]
    points = np.array([entrant.value for entrant in entrants], dtype=np.float64)
    places = ranks_of(points, smaller_is_better=direction != "maximize", ties=ties)
    ranks = dict(zip(names, places.tolist(), strict=True))
    missing = _missing(entrants)
    if missing:
        return Ranked(ranks, None, missing)
    try:
        scores = resampled_scores(
            names,
            points,
            np.vstack([entrant.resampled for entrant in entrants]),
            direction=direction,
            n_units=n_units,
        )
    except DataError as error:
        return Ranked(ranks, None, "; ".join(p.render() for p in error.problems) or error.message)
    found = rank_resampled(scores, level=level, ties=ties, n_cases=n_cases)
    by_name = {entrant.name: entrant for entrant in entrants}
    of_sheets = {number: _interval(by_name[name]) for number, name in enumerate(scores.names)}
    return Ranked(ranks, replace(found, intervals_instead=of_sheets))


def _interval(entrant: Entrant) -> tuple[float, float]:
    """Return the interval on the score sheet, which is the same whoever else is on the board."""
    nan = float("nan")
    return (
        nan if entrant.low is None else entrant.low,
        nan if entrant.high is None else entrant.high,
    )


def _missing(entrants: Sequence[Entrant]) -> str:
    """Say what keeps ranks from having intervals."""
    if not entrants:
        return "nobody has a score"
    without = sorted(entrant.name for entrant in entrants if not len(entrant.resampled))
    if without:
        return f"no resampled values of {', '.join(without[:5])}" + " and more" * (len(without) > 5)
    lengths = {len(entrant.resampled) for entrant in entrants}
    if len(lengths) > 1:
        return f"numbers of resamples differ: {', '.join(map(str, sorted(lengths)))}"
    return ""
