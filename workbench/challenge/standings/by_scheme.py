"""Ranks by a card's own scheme, such as the median of cases or ranks within cases.

Values of cases and the units they belong to are kept with each score, so that the board follows
from the event log alone, and the resamples are those of the score sheets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from workbench.challenge.ranking import TaskRanking, rank
from workbench.challenge.ranking.scheme_names import scheme_of
from workbench.challenge.ranking.table import TaskTable
from workbench.challenge.standings.counted import Counted
from workbench.challenge.standings.ranks import Ranked
from workbench.errors import DataError
from workbench.scoring import Challenge


def rank_by_scheme(card: Challenge, found: Sequence[Counted]) -> Ranked:
    """Return the ranks of teams under the card's scheme, as ``workbench rank`` makes them.

    Args:
        card: The card; its scheme is another than the mean.
        found: Teams with a score that counts and values of cases; two or more.

    Raises:
        DataError: Two scores were made on other cases.
    """
    intervals, metric = card.intervals, card.metric_objects[card.primary]
    names = [one.team["name"] for one in found]
    ranking = rank(
        [_table(found)],
        direction="maximize" if metric.direction == "maximize" else "minimize",
        scheme=scheme_of(card),
        ties=card.ranking.ties,
        resamples=intervals.resamples,
        seed=intervals.seed,
        level=intervals.level,
    )
    (task,) = ranking.tasks
    return Ranked({name: _rank(task, name) for name in names}, task)


def _table(found: Sequence[Counted]) -> TaskTable:
    """Return the values of all teams, sorted by name; cases are known by their place only."""
    ordered = sorted(found, key=lambda one: str(one.team["name"]))
    units = ordered[0].case_units
    for one in ordered[1:]:
        if not np.array_equal(one.case_units, units):
            names = f"{ordered[0].team['name']} and {one.team['name']}"
            raise DataError(f"the scores of {names} were made on other cases", where="board")
    places = [f"{number:09d}" for number in range(len(units))]
    return TaskTable(
        task="",
        cases=tuple(places),
        units=tuple(f"{int(unit):09d}" for unit in units),
        centres=None,
        algorithms=tuple(str(one.team["name"]) for one in ordered),
        values=np.column_stack([one.case_values for one in ordered]),
    )


def _rank(task: TaskRanking, name: str) -> float:
    return float(task.ranks[task.scores.names.index(name)])
