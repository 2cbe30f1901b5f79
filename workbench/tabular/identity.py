"""Who is who: pseudonyms become persons by a crosswalk, before anything is counted.

One pseudonym may stand for two persons (twins of one sex share it and differ by rank), one person
may have had several (a changed social security number). Counting pseudonyms merges the first and
splits the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.errors import DataError, Problem
from workbench.tabular.engine import Engine
from workbench.tabular.joins import JoinCount, conserved_join

_MOST_NAMED = 5


def identify(
    engine: Engine,
    rows: Any,
    crosswalk: Any,
    *,
    key: Sequence[str] = ("pseudonym", "twin_rank"),
    most_lost: float = 0.0,
) -> tuple[Any, JoinCount]:
    """Replace the key of a beneficiary by ``person_id``.

    Args:
        engine: Where the tables stand.
        rows: Have the columns of ``key``.
        crosswalk: Columns of ``key`` and ``person_id``; a person may stand under several keys.
        key: What names a beneficiary: the pseudonym alone is refused where it is ambiguous.
        most_lost: Largest share of rows that may have no person.

    Raises:
        DataError: ``ambiguous-key``: a key stands for several persons (twins: add the rank);
            ``join-loses-rows``: rows without person.
    """
    keys = list(key)
    pairs = crosswalk.select(*keys, "person_id").distinct()
    several = pairs.group_by(keys).aggregate(persons=lambda t: t.count())
    several = engine.run(several.filter(several.persons > 1).order_by(keys).limit(_MOST_NAMED))
    if len(several):
        shown = [tuple(row) for row in several[keys].itertuples(index=False)]
        problem = Problem(
            "ambiguous-key",
            f"{keys} stands for several persons, such as {shown}",
            "crosswalk",
            "add the twin's rank to the key",
        )
        raise DataError("persons cannot be told apart", problems=[problem])
    joined, count = conserved_join(
        engine, rows, pairs, keys, most_lost=most_lost, name="identity crosswalk"
    )
    return joined.drop(*keys), count
