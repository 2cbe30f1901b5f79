"""How far ranking schemes agree: their ranks side by side, Kendall's tau-b, and who wins where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.challenge.ranking.missing import Direction, check_direction
from workbench.challenge.ranking.scheme_names import get_scheme
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.significance import TestThenRank
from workbench.challenge.ranking.table import TaskTable
from workbench.challenge.ranking.ties import Ties
from workbench.errors import DataError


def kendall(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Return Kendall's tau-b of every row of the first with every row of the second.

    Kendall 1945, Biometrika 33:239; equal to R ``cor(method = "kendall")``: ties shrink the
    denominator.

    Args:
        first: Ranks, shape ``(A, m)``.
        second: Ranks, shape ``(B, m)``.

    Returns:
        Shape ``(A, B)``, -1 to 1; NaN (0/0) where a ranking ties everybody.

    >>> kendall([[1, 2, 3]], [[1, 2, 3], [3, 2, 1], [1, 1, 1]]).tolist()
    [[1.0, -1.0, nan]]
    """
    a, b = _orders(first), _orders(second)
    if a.shape[1] != b.shape[1]:
        raise DataError("the rankings are of different numbers of algorithms")
    untied = np.outer(np.abs(a).sum(axis=1), np.abs(b).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(untied > 0, a @ b.T / np.sqrt(untied), np.nan))


def _orders(ranks: ArrayLike) -> NDArray[np.float64]:
    """Return the order of each pair, -1, 0 or 1, shape ``(rows, pairs)``."""
    table = np.atleast_2d(np.asarray(ranks, dtype=np.float64))
    i, j = np.triu_indices(table.shape[1], 1)
    return np.asarray(np.sign(table[:, i] - table[:, j]), dtype=np.float64)


def standard_schemes(direction: Direction, ties: Ties = "min") -> list[Scheme]:
    """Return the seven schemes that are set side by side.

    The quantile is that of the bad cases: 5 % where more is better, 95 % where less is.
    """
    tail = 0.05 if check_direction(direction) else 0.95
    return [
        get_scheme("mean_then_rank", ties=ties),
        get_scheme("median_then_rank", ties=ties),
        get_scheme("quantile_then_rank", ties=ties, q=tail),
        get_scheme("rank_then_mean", ties=ties),
        get_scheme("rank_then_median", ties=ties),
        get_scheme("test_then_rank", ties=ties, adjust="none"),
        get_scheme("test_then_rank", ties=ties, adjust="holm"),
    ]


def scheme_ranks(
    tables: Sequence[TaskTable], schemes: Sequence[Scheme], direction: Direction
) -> pd.DataFrame:
    """Return what every scheme makes of every task.

    Returns:
        Columns task, scheme (its label), algorithm, value (aggregated), rank.
    """
    parts = []
    for table in tables:
        tested: dict[Scheme, NDArray[np.float64]] = {}
        for scheme in schemes:
            value = _aggregated(scheme, table, direction, tested)
            parts.append(
                pd.DataFrame(
                    {
                        "task": table.task,
                        "scheme": scheme.label,
                        "algorithm": table.algorithms,
                        "value": value[0],
                        "rank": scheme.ranks_of(value, direction)[0],
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def _aggregated(
    scheme: Scheme,
    table: TaskTable,
    direction: Direction,
    tested: dict[Scheme, NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return what a scheme aggregates, shape ``(1, m)``; the same tests are run once.

    Args:
        scheme: Any scheme.
        table: One task.
        direction: Which values are better.
        tested: P values of the tests run so far; filled here.
    """
    if not isinstance(scheme, TestThenRank):
        return scheme.aggregate(table.values, None, direction)
    test = replace(scheme, adjust="none", alpha=0.05)
    if test not in tested:
        ones, larger = np.ones((len(table.cases), 1), dtype=np.uint8), check_direction(direction)
        tested[test] = test.of_units(table.units).raw_p_values(table.values, ones, larger)
    return scheme.wins(tested[test])


def agreement_matrix(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return Kendall's tau-b between all schemes of :func:`scheme_ranks`, a square matrix a task.

    Returns:
        Columns task, scheme_a, scheme_b, tau (NaN where a scheme ties everybody).
    """
    parts = []
    for task, part in ranks.groupby("task", sort=False):
        wide = part.pivot(index="scheme", columns="algorithm", values="rank")
        wide = wide.loc[part["scheme"].unique()]
        names = wide.index.to_numpy()
        tau = kendall(wide.to_numpy(), wide.to_numpy())
        first, second = np.meshgrid(names, names, indexing="ij")
        columns = {"scheme_a": first.ravel(), "scheme_b": second.ravel(), "tau": tau.ravel()}
        parts.append(pd.DataFrame({"task": task, **columns}))
    return pd.concat(parts, ignore_index=True)


def winners(ranks: pd.DataFrame) -> pd.DataFrame:
    """Return under how many schemes of :func:`scheme_ranks` each algorithm comes first.

    Returns:
        Columns task, algorithm, first (schemes where it has the best rank, shared or alone), alone,
        schemes (how many there are); by task, most firsts on top.
    """
    best = ranks.groupby(["task", "scheme"])["rank"].transform("min")
    first = ranks["rank"] == best
    shared = first.groupby([ranks["task"], ranks["scheme"]]).transform("sum")
    marked = ranks.assign(first=first, alone=first & (shared == 1), schemes=1)
    grouped = marked.groupby(["task", "algorithm"], as_index=False)
    counted = grouped[["first", "alone", "schemes"]].sum()
    by = ["task", "first", "alone", "algorithm"]
    rising = [True, False, False, True]
    return counted.sort_values(by, ascending=rising, ignore_index=True)
