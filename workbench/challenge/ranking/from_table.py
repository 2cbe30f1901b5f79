"""Ranks the algorithms of a long table (``task, case, unit, centre, algorithm, value``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.ranking.centres import left_out_weights
from workbench.challenge.ranking.choice_of_test import TestKind, check_kind, compare_pairs
from workbench.challenge.ranking.consensus import Method as ConsensusMethod
from workbench.challenge.ranking.facts import facts_of
from workbench.challenge.ranking.missing import Direction, Missing, check_direction
from workbench.challenge.ranking.ranking import Ranking
from workbench.challenge.ranking.resampled import resampled_scores
from workbench.challenge.ranking.scheme_names import get_scheme
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.table import TaskTable, read_table
from workbench.challenge.ranking.task_ranking import TaskRanking, rank_resampled
from workbench.challenge.ranking.ties import Ties
from workbench.errors import DataError, UsageError, did_you_mean
from workbench.metrics.resampling import unit_weights


def rank(
    data: pd.DataFrame | Sequence[TaskTable],
    *,
    direction: Direction,
    scheme: str | Scheme = "mean_then_rank",
    unit: str | None = None,
    columns: Mapping[str, str] | None = None,
    ties: Ties = "min",
    missing: Missing | None = None,
    value_range: tuple[float, float] | None = None,
    weights: Mapping[str, float] | None = None,
    consensus: ConsensusMethod = "mean_rank",
    resamples: int = 1000,
    permutations: int = 10_000,
    tests: TestKind = "auto",
    seed: int = 0,
    level: float = 0.95,
) -> Ranking:
    """Rank algorithms by their per-case values, with all the uncertainty of the ranking.

    Args:
        data: A long table, one row a value, or what :func:`read_table` made of one.
        direction: ``maximize`` or ``minimize``: which values are better.
        scheme: Name of a ranking scheme, or one with its own parameters.
        unit: Name of the column that says whose each case is (patient); the resampled unit. Without
            one, and without a column ``unit``, each case is its own; the facts say so.
        columns: Names of other columns that differ, as ``{"algorithm": "alg_name"}``.
        ties: How equal ranks are numbered: min (competition rank), max or average.
        missing: What to do with missing values; needed where some are missing.
        value_range: Range of the metric; needed by ``missing="worst"``.
        weights: Weight of each task in the consensus; None weighs all alike.
        consensus: How several tasks are joined: ``mean_rank`` or ``kemeny``.
        resamples: Number of bootstrap resamples of the units.
        permutations: Number of sign flips, where pairs are tested by them.
        tests: ``auto`` (sign flips for schemes of means, else bootstrap), or one of the two.
        seed: Seed of all draws.
        level: Level of intervals, sets and tie groups.

    Raises:
        DataError: The table cannot be ranked; every problem is listed with its place.
        UsageError: An unknown scheme, policy, method or column, or a value that does not fit.

    >>> frame = pd.DataFrame({"case": list("ABCDEFGH") * 2, "algorithm": ["x"] * 8 + ["y"] * 8,
    ...                       "value": [0.9] * 8 + [0.1, 0.3, 0.2, 0.4, 0.2, 0.1, 0.3, 0.5]})
    >>> found = rank(frame, direction="maximize", permutations=999)
    >>> found.table("scores")[["algorithm", "rank", "p_first", "set_high"]].values.tolist()
    [['x', 1, 1.0, 1], ['y', 2, 0.0, 2]]
    """
    check_direction(direction)
    check_kind(tests)
    if resamples < 2:
        raise UsageError(f"a ranking needs two resamples or more, got {resamples}")
    chosen = (
        get_scheme(scheme, ties=ties) if isinstance(scheme, str) else replace(scheme, ties=ties)
    )
    named = {**(columns or {}), **({} if unit is None else {"unit": unit})}
    if isinstance(data, pd.DataFrame):
        tables = read_table(
            data, columns=named, missing=missing, direction=direction, value_range=value_range
        )
    else:
        tables = list(data)
    _check_algorithms(tables)
    ranked = []
    for table in tables:
        found = _task(table, chosen, direction, resamples, permutations, tests, seed, level)
        ranked.append(found)
    facts = facts_of(
        ranked,
        scheme=chosen.label,
        scheme_title=chosen.title,
        direction=direction,
        missing=next((table.missing for table in tables if table.missing), ""),
        n_missing=sum(table.n_missing for table in tables),
        unit="case" if all(table.unit_is_case for table in tables) else named.get("unit", "unit"),
        resamples=resamples,
        seed=seed,
        permutations=permutations,
        consensus=consensus,
    )
    order = _task_weights(tables, weights)
    return Ranking(tuple(ranked), facts, tuple(tables), chosen, order, consensus)


def _check_algorithms(tables: Sequence[TaskTable]) -> None:
    """Refuse tasks that cannot be joined, or none at all."""
    odd_kinds = [type(table).__name__ for table in tables if not isinstance(table, TaskTable)]
    if odd_kinds:
        raise UsageError(
            f"a long table (DataFrame) or task tables are ranked, got {odd_kinds[0]}",
            remedy="read a file first: rank(pandas.read_csv(path, dtype=str), ...)",
        )
    if not tables:
        raise DataError("there is no task to rank")
    for table in tables[1:]:
        if table.algorithms != tables[0].algorithms:
            odd = sorted(set(table.algorithms) ^ set(tables[0].algorithms))
            raise DataError(
                f"tasks must have the same algorithms; {', '.join(odd)} are not in both",
                where=f"task {table.task}",
            )


def _task_weights(
    tables: Sequence[TaskTable], weights: Mapping[str, float] | None
) -> list[float] | None:
    """Return the weight of each task in order."""
    if weights is None:
        return None
    names = [table.task for table in tables]
    odd = sorted(set(weights) ^ set(names))
    if odd:
        hint = did_you_mean(odd[0], names) or f"tasks are {', '.join(names)}"
        raise UsageError(f"each task has one weight; check {', '.join(odd)}", remedy=hint)
    return [float(weights[name]) for name in names]


def _task(
    table: TaskTable,
    scheme: Scheme,
    direction: Direction,
    resamples: int,
    permutations: int,
    tests: TestKind,
    seed: int,
    level: float,
) -> TaskRanking:
    """Rank one task."""
    scheme = scheme.of_units(table.units)
    drawn = unit_weights(table.units, resamples, seed)
    scores = resampled_scores(
        table.algorithms,
        scheme.aggregate(table.values, None, direction)[0],
        scheme.aggregate(table.values, drawn, direction).T,
        direction="minimize" if scheme.smaller_is_better(direction) else "maximize",
        n_units=len(set(table.units)),
    )
    terms, divisor = scheme.case_numbers(table.values, direction) or (None, 1)
    pairs = compare_pairs(
        scores,
        terms,
        divisor,
        table.units,
        kind=tests,
        permutations=permutations,
        seed=seed,
        level=level,
    )
    found = rank_resampled(
        scores,
        level=level,
        ties=scheme.ties,
        tests=pairs,
        task=table.task,
        n_cases=len(table.cases),
    )
    return replace(found, centre_scores=_centre_scores(table, scheme, direction))


def _centre_scores(
    table: TaskTable, scheme: Scheme, direction: Direction
) -> dict[str, NDArray[np.float64]]:
    """Return the scores without each centre; none where there are no two centres."""
    if table.centres is None or len(set(table.centres)) < 2:
        return {}
    names, weights = left_out_weights(table.centres, len(table.cases))
    return dict(zip(names, scheme.aggregate(table.values, weights, direction), strict=True))
