"""Reads the rows of a long table and names what cannot stand in one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.ranking.cells import Ids, read_ids, read_values
from workbench.errors import Problem


@dataclass(frozen=True)
class LongRows:
    """The columns of a long table, one entry a row.

    Attributes:
        task: Task of each row.
        case: Case of each row.
        algorithm: Algorithm of each row.
        values: Shape ``(rows,)``; NaN where the cell is empty.
        groups: ``unit`` and ``centre``, where given.
    """

    task: Ids
    case: Ids
    algorithm: Ids
    values: NDArray[np.float64]
    groups: dict[str, Ids]

    @property
    def named(self) -> NDArray[np.bool_]:
        """Rows whose task, case and algorithm are all named, shape ``(rows,)``."""
        known = (self.task.codes >= 0) & (self.case.codes >= 0) & (self.algorithm.codes >= 0)
        return np.asarray(known)


def read_long(frame: pd.DataFrame, parts: Mapping[str, str]) -> tuple[LongRows, list[Problem]]:
    """Read all columns; name bad cells, repeated rows, and cases with two units or centres.

    Args:
        frame: The long table.
        parts: Its column for each part, as :func:`match_columns` returns.
    """
    problems: list[Problem] = []
    ids: dict[str, Ids] = {}
    for part in ("task", "case", "algorithm", "unit", "centre"):
        if part in parts:
            ids[part], found = read_ids(frame[parts[part]], parts[part])
            problems += found
    values, found = read_values(frame[parts["value"]], parts["value"])
    problems += found
    task = ids.get("task", Ids(np.zeros(len(frame), dtype=np.int64), ("",)))
    groups: dict[str, Ids] = {name: ids[name] for name in ("unit", "centre") if name in ids}
    long = LongRows(task, ids["case"], ids["algorithm"], values, groups)
    problems += _duplicates(long)
    for name, group in groups.items():
        problems += _differing(long, group, name, parts[name])
    return long, problems


def _duplicates(long: LongRows) -> list[Problem]:
    """Name every row whose task, case and algorithm stand in an earlier row."""
    key = (long.task.codes * len(long.case.names) + long.case.codes) * len(long.algorithm.names)
    key = np.where(long.named, key + long.algorithm.codes, -1 - np.arange(len(key)))
    ordered = np.sort(key)
    if not (ordered[1:] == ordered[:-1]).any():
        return []
    first = _first_rows(key)
    again = np.flatnonzero(first != np.arange(len(key)))
    return [
        Problem(
            "duplicate-row",
            f"{task_words(long.task.names[long.task.codes[row]])}case "
            f"{long.case.names[long.case.codes[row]]}, algorithm "
            f"{long.algorithm.names[long.algorithm.codes[row]]} stand in row "
            f"{first[row] + 1} already",
            f"row {row + 1}",
            "keep one",
        )
        for row in again
    ]


def _differing(long: LongRows, group: Ids, name: str, column: str) -> list[Problem]:
    """Name every row whose unit or centre is not that of the first row of its case."""
    key = long.task.codes * len(long.case.names) + long.case.codes
    first = _first_rows(key)
    wanted = group.codes[first]
    usable = long.named & (group.codes >= 0) & (wanted >= 0)
    return [
        Problem(
            f"{name}-differs",
            f"case {long.case.names[long.case.codes[row]]} has the {name} "
            f"{group.names[group.codes[row]]} here and {group.names[wanted[row]]} in row "
            f"{first[row] + 1}",
            f"row {row + 1}, column {column}",
            f"a case has one {name}",
        )
        for row in np.flatnonzero(usable & (group.codes != wanted))
    ]


def _first_rows(key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row the first one with the same key."""
    codes, distinct = pd.factorize(key)
    first = np.empty(len(distinct), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(key))[::-1]
    return np.asarray(first[codes])


def task_words(task: str) -> str:
    """Return the start of a place, empty where there is no task column."""
    return f"task {task}, " if task else ""
