"""Writes rankings as plain tables, one row a line, best first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.ranking.missing import Direction, check_direction
from workbench.challenge.ranking.rank_bootstrap import rank_shares
from workbench.challenge.ranking.table import TaskTable
from workbench.challenge.ranking.task_ranking import TaskRanking
from workbench.challenge.ranking.ties import ranks_of

EMPTY_AGREEMENT = pd.DataFrame(columns=["task", "scheme_a", "scheme_b", "tau"])
_CASES = ["task", "case", "unit", "algorithm", "value", "rank"]


def of_tasks(name: str, tasks: Sequence[TaskRanking]) -> pd.DataFrame:
    """Return the table of this name for all tasks below each other."""
    parts = [_WRITERS[name](task) for task in tasks]
    for part, task in zip(parts, tasks, strict=True):
        part.insert(0, "task", task.task)
    return pd.concat(parts, ignore_index=True)


def _scores(task: TaskRanking) -> pd.DataFrame:
    """Return score, rank, intervals, set and group of each algorithm."""
    frame = pd.DataFrame(
        {
            "algorithm": task.scores.names,
            "value": task.scores.points,
            "low": task.score_intervals[:, 0],
            "high": task.score_intervals[:, 1],
            "level": task.level,
            "rank": _whole(task.ranks, task),
            "rank_low": _whole(task.rank_intervals[:, 0], task),
            "rank_high": _whole(task.rank_intervals[:, 1], task),
            "p_first": task.first_shares,
            "set_low": task.rank_sets[:, 0],
            "set_high": task.rank_sets[:, 1],
            "tie_group": task.tie_group,
            "n_cases": task.n_cases,
            "n_units": task.scores.n_units,
        }
    )
    return frame.sort_values(["rank", "algorithm"], ignore_index=True)


def _rank_counts(task: TaskRanking) -> pd.DataFrame:
    """Return the share of resamples for every rank that occurs."""
    names = task.scores.names
    rows = [
        (names[number], rank, share) for number, rank, share in rank_shares(task.bootstrap_ranks)
    ]
    frame = pd.DataFrame(rows, columns=["algorithm", "rank", "share"])
    return frame.assign(rank=_whole(frame["rank"].to_numpy(), task))


def _pairs(task: TaskRanking) -> pd.DataFrame:
    """Return the tests of all pairs."""
    tests = task.tests
    names = np.array(task.scores.names, dtype=object)
    return pd.DataFrame(
        {
            "first": names[tests.pairs[:, 0]],
            "second": names[tests.pairs[:, 1]],
            "difference": tests.differences,
            "low": tests.low,
            "high": tests.high,
            "p_value": tests.p_values,
            "adjusted": tests.adjusted,
            "method": tests.method,
        }
    )


def _stability(task: TaskRanking) -> pd.DataFrame:
    """Return Kendall's tau of each bootstrap ranking with the full one."""
    tau = task.stability
    return pd.DataFrame({"resample": np.arange(len(tau)), "tau": tau})


def _centres(task: TaskRanking) -> pd.DataFrame:
    """Return the ranks without each centre; NaN where nobody has a score there."""
    parts = [
        pd.DataFrame(
            {
                "left_out": centre,
                "algorithm": task.scores.names,
                "rank": np.where(np.isnan(scores), np.nan, task.ranks_of(scores)),
            }
        )
        for centre, scores in sorted(task.centre_scores.items())
    ]
    if not parts:
        return pd.DataFrame(columns=["left_out", "algorithm", "rank"])
    return pd.concat(parts, ignore_index=True)


def _whole(ranks: NDArray[np.float64], task: TaskRanking) -> NDArray[np.generic]:
    """Return ranks as whole numbers, which they are unless ties share the average."""
    return ranks if task.ties == "average" else ranks.astype(np.int64)


def cases(tables: Sequence[TaskTable], direction: Direction) -> pd.DataFrame:
    """Return the value and the rank within its case of everybody; empty without per-case values."""
    parts = []
    for table in tables:
        smaller = not check_direction(direction)
        ranks = ranks_of(table.values, smaller_is_better=smaller)
        n_cases, n_algorithms = table.values.shape
        columns = {
            "task": table.task,
            "case": np.repeat(np.array(table.cases, dtype=object), n_algorithms),
            "unit": np.repeat(np.array(table.units, dtype=object), n_algorithms),
            "algorithm": np.tile(np.array(table.algorithms, dtype=object), n_cases),
            "value": table.values.ravel(),
            "rank": ranks.ravel(),
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=_CASES)


def one_scheme(name: str, tasks: Sequence[TaskRanking]) -> pd.DataFrame:
    """Return the scheme table of a metric that ranks whole sets: there is one way to rank."""
    parts = [
        pd.DataFrame(
            {
                "task": task.task,
                "scheme": name,
                "algorithm": task.scores.names,
                "value": task.scores.points,
                "rank": _whole(task.ranks, task),
            }
        )
        for task in tasks
    ]
    return pd.concat(parts, ignore_index=True)


_WRITERS: dict[str, Callable[[TaskRanking], pd.DataFrame]] = {
    "scores": _scores,
    "rank_counts": _rank_counts,
    "pairs": _pairs,
    "stability": _stability,
    "centres": _centres,
}
