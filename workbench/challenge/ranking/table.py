"""Reads a long table of per-case values (the challengeR shape) into one matrix a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.ranking.cells import match_columns
from workbench.challenge.ranking.long_rows import LongRows, read_long, task_words
from workbench.challenge.ranking.missing import Direction, Missing, check_policy, fill
from workbench.errors import DataError, Problem


@dataclass(frozen=True)
class TaskTable:
    """Values of all algorithms on all cases of one task; sorted, so that row order is nothing.

    Attributes:
        task: Name of the task; empty when the table had no task column.
        cases: Case ids as text, sorted, length n.
        units: Unit (patient) of each case; the case itself where the table had no unit column.
        centres: Centre of each case, or None.
        algorithms: Names, sorted, length m.
        values: Shape ``(n, m)``; NaN means missing and is there only under ``missing="drop"``.
        missing: The policy for missing values; empty when nothing was missing.
        n_missing: How many values were missing.
        unit_is_case: Whether each case was taken as its own unit.
    """

    task: str
    cases: tuple[str, ...]
    units: tuple[str, ...]
    centres: tuple[str, ...] | None
    algorithms: tuple[str, ...]
    values: NDArray[np.float64]
    missing: str = ""
    n_missing: int = 0
    unit_is_case: bool = False


def read_table(
    frame: pd.DataFrame,
    *,
    columns: Mapping[str, str] | None = None,
    missing: Missing | None = None,
    direction: Direction | None = None,
    value_range: tuple[float, float] | None = None,
) -> list[TaskTable]:
    """Return one table a task, by sorted task name.

    Args:
        frame: One row a value: ``case``, ``algorithm``, ``value`` and, where there are some,
            ``task``, ``unit`` (patient) and ``centre``. Other columns are ignored. Read ids as text
            (``dtype=str``) where leading zeros matter.
        columns: Names that differ, as ``{"algorithm": "alg_name"}``.
        missing: What to do with missing values; see :mod:`workbench.challenge.ranking.missing`.
            Needed only where some are missing; there is no default then. A value is missing when
            its cell is empty or its row is not there.
        direction: Whether more is better; needed by the ``worst`` policies.
        value_range: Range of the metric; needed by ``missing="worst"``.

    Raises:
        UsageError: Columns or policy do not fit.
        DataError: The table cannot be ranked; every problem is listed with row and column (rows
            are numbered from 1, without the header).

    >>> frame = pd.DataFrame({"case": ["1", "1", "2", "2"], "algorithm": ["b", "a", "b", "a"],
    ...                       "value": [0.1, 0.2, 0.3, 0.4]})
    >>> table, = read_table(frame)
    >>> table.algorithms, table.values.tolist()
    (('a', 'b'), [[0.2, 0.1], [0.4, 0.3]])
    """
    check_policy(missing)
    parts = match_columns(frame, columns)
    if frame.empty:
        raise DataError("the table is empty", remedy="write one row a case and algorithm")
    long, problems = read_long(frame, parts)
    drafts = [_pivot(long, task) for task in range(len(long.task.names))]
    for draft in drafts:
        problems += _shape_problems(draft)
        problems += _missing_problems(draft, missing)
    if problems:
        count = f"{len(problems)} problem" + "s" * (len(problems) > 1)
        raise DataError(f"the table cannot be ranked: {count}", problems=problems)
    return [_filled(draft, missing, direction, value_range) for draft in drafts]


def _pivot(long: LongRows, task: int) -> TaskTable:
    """Return one task's matrix; what stands nowhere is NaN."""
    rows = np.flatnonzero(long.named & (long.task.codes == task))
    here = np.zeros(len(long.case.names), dtype=bool)
    here[long.case.codes[rows]] = True
    cases, at_case = np.flatnonzero(here), (np.cumsum(here) - 1)[long.case.codes[rows]]
    values = np.full((len(cases), len(long.algorithm.names)), np.nan)
    values[at_case, long.algorithm.codes[rows]] = long.values[rows]
    names = tuple(long.case.names[code] for code in cases)
    groups: dict[str, tuple[str, ...]] = {}
    for name, group in long.groups.items():
        of_case = np.zeros(len(cases), dtype=np.int64)
        of_case[at_case] = group.codes[rows]
        groups[name] = tuple(group.names[code] if code >= 0 else "" for code in of_case)
    return TaskTable(
        task=long.task.names[task],
        cases=names,
        units=groups.get("unit", names),
        centres=groups.get("centre"),
        algorithms=long.algorithm.names,
        values=values,
        n_missing=int(np.isnan(values).sum()),
        unit_is_case="unit" not in groups,
    )


def _shape_problems(table: TaskTable) -> list[Problem]:
    """Refuse a task with one case or one algorithm."""
    problems = []
    where = f"task {table.task}" if table.task else ""
    if len(table.cases) == 1:
        message = f"Only 1 test case included: {table.cases[0]}"
        problems.append(Problem("one-case", message, where, "a ranking needs two cases or more"))
    if len(table.algorithms) == 1:
        message = f"only 1 algorithm included: {table.algorithms[0]}"
        problems.append(Problem("one-algorithm", message, where, "a ranking needs two or more"))
    return problems


def _missing_problems(table: TaskTable, missing: Missing | None) -> list[Problem]:
    """Name missing values the policy does not cover."""
    absent = np.isnan(table.values)
    empty = np.asarray(absent.all(axis=0))
    problems = []
    if missing in (None, "reject", "drop", "worst-observed"):
        problems += [
            Problem("no-value", "there is no value at all", _place(table, name), "leave it out")
            for name, none in zip(table.algorithms, empty, strict=True)
            if none and len(table.cases)
        ]
    if missing not in (None, "reject"):
        return problems
    policy = "write it, or say --missing POLICY, in Python missing=POLICY (worst, drop, ...)"
    remedy = "write it" if missing else policy
    for case, algorithm in np.argwhere(absent & ~empty):
        place = _place(table, table.algorithms[algorithm], table.cases[case])
        problems.append(Problem("missing-value", "there is no value", place, remedy))
    return problems


def _place(table: TaskTable, algorithm: str, case: str = "") -> str:
    """Name a cell or a column of a task for people."""
    parts = [task_words(table.task).rstrip(", "), f"case {case}" if case else ""]
    return ", ".join([*filter(None, parts), f"algorithm {algorithm}"])


def _filled(
    table: TaskTable,
    missing: Missing | None,
    direction: Direction | None,
    value_range: tuple[float, float] | None,
) -> TaskTable:
    """Return the table with its policy for missing values applied and named."""
    if not table.n_missing or missing is None:
        return table
    values = fill(table.values, missing, direction, value_range)
    policy = missing if isinstance(missing, str) else f"impute {missing:g}"
    return TaskTable(**{**vars(table), "values": values, "missing": policy})
