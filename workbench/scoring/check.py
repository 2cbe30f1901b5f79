"""The submission check: every problem at once, with row, column, value and remedy.

No message depends on a hidden label: the check knows the keys of the cases and nothing else. What
is right is found by whole columns; only what is wrong is looked at cell by cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem, SubmissionRejected
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.bounds import Bounds, first_of
from workbench.scoring.card import Challenge
from workbench.scoring.card_parts import FurtherColumn
from workbench.scoring.cells import Fault, number, numbers
from workbench.scoring.columns import Columns, match_columns
from workbench.scoring.keys import cell_problem, check_keys, key_text
from workbench.scoring.reading import RawTable, as_raw, read_table, read_table_bytes

_FIRST_OF_A_KIND = 5
# What an honest file may hold: so many bytes a cell beside the ids, room for a long header, each
# case twice (two splits in one file), and some columns too many.
_BYTES_A_CELL, _ROOM = 64, 4 * 2**20
_ROWS_A_CASE, _MORE_ROWS, _MORE_COLUMNS = 2, 10_000, 50
_CUT_SHORT = {"broken-csv", "too-many-rows"}
_MISSING = Fault("missing-value", "the value is missing", "write a number")
Submission = pd.DataFrame | Path | str | bytes | RawTable


class _CellFault(NamedTuple):
    """A cell that is no number: row, place among the columns read, column, what it holds."""

    row: int
    place: int
    column: str
    cell: Any
    fault: Fault


def check_submission(
    submission: Submission, challenge: Challenge, keys: Iterable[str]
) -> pd.DataFrame:
    """Return a submission in its one canonical form, or reject it with every problem.

    Args:
        submission: Path or bytes of a CSV or Parquet file (gzip allowed), or a frame.
        challenge: The challenge whose rules hold.
        keys: Keys of all cases that must be answered.

    Returns:
        One row a key, sorted by key: the key column, the numbers of the answer (NaN throughout a
        row the policy fills in later): one probability a class, or risk and survival; and, where
        submitted, ``decision`` and further columns.

    Raises:
        SubmissionRejected: The submission breaks a rule; all problems are listed.
        DataError: The file is absent or no regular file.
    """
    expected = sorted(str(key) for key in keys)
    raw = _raw(submission, challenge, expected)
    columns, problems = _columns(raw, challenge)
    if columns is None:
        raise _rejected(raw, problems)
    given = [key_text(cell) for cell in raw.frame[columns.key].tolist()]
    lenient = challenge.missing_value_policy != "reject"
    missing_allowed = lenient or any(problem.code in _CUT_SHORT for problem in raw.problems)
    problems += check_keys(given, expected, columns.key, raw.place, missing_allowed=missing_allowed)
    kind, canonical = kind_of(challenge), kind_of(challenge).columns(challenge)
    written = {column: name for name, column in columns.values.items()}
    names = [written.get(column, column) for column in canonical]
    values, faults = _read_values(raw, names)
    empty_allowed = lenient | kind.may_be_empty(values, challenge)
    problems += first_of(_faulty_cells(raw, given, faults, empty_allowed))
    problems += first_of(kind.value_problems(raw, names, given, values, challenge))
    table = pd.DataFrame(values, columns=canonical)
    if columns.text:
        table[columns.text] = [key_text(cell) for cell in raw.frame[columns.text].tolist()]
        texts = table[columns.text].tolist()
        problems += first_of(kind.text_problems(raw, given, texts, challenge))
    problems += _further_values(raw, columns, given, challenge, table)
    if problems:
        raise _rejected(raw, problems)
    table.index = pd.Index(given, name=challenge.key)
    return table.reindex(expected).reset_index()


def _columns(raw: RawTable, challenge: Challenge) -> tuple[Columns | None, list[Problem]]:
    """Return the column form of the file and the problems up to here."""
    if not len(raw.frame.columns):
        return None, list(raw.problems)
    columns, problems = match_columns([str(c) for c in raw.frame.columns], challenge)
    return columns, [*raw.problems, *problems]


def _raw(submission: Submission, challenge: Challenge, expected: Sequence[str]) -> RawTable:
    """Return the submission as a raw table; a file may not be larger than an answer needs to be."""
    if isinstance(submission, RawTable):
        return submission
    if isinstance(submission, pd.DataFrame):
        return as_raw(submission, "submission")
    bounds, encoding = _bounds(challenge, expected), challenge.submission.encoding
    if isinstance(submission, bytes):
        return read_table_bytes(submission, "submission", encoding=encoding, bounds=bounds)
    return read_table(submission, encoding=encoding, bounds=bounds)


def _bounds(challenge: Challenge, expected: Sequence[str]) -> Bounds:
    """Return how much of a file is read: generous for an answer with mistakes, no more."""
    width = len(kind_of(challenge).columns(challenge)) + len(challenge.submission.columns) + 2
    ids = sum(len(key.encode("utf-8", "surrogatepass")) for key in expected)
    size_bytes = _ROOM + _ROWS_A_CASE * ids + _BYTES_A_CELL * width * len(expected)
    rows = _ROWS_A_CASE * len(expected) + _MORE_ROWS
    return Bounds(size_bytes, rows, width + _MORE_COLUMNS)


def _read_values(
    raw: RawTable, names: Sequence[str]
) -> tuple[NDArray[np.float64], list[_CellFault]]:
    """Read all cells of some columns; NaN stands for missing, unreadable, and left out."""
    values = np.full((len(raw.frame), len(names)), np.nan)
    faults: list[_CellFault] = []
    for place, column in enumerate(names):
        if column not in raw.frame:
            continue
        cells = raw.frame[column].tolist()
        values[:, place] = numbers(cells)
        for row in np.flatnonzero(np.isnan(values[:, place])).tolist():
            value = number(cells[row])
            if isinstance(value, float):
                values[row, place] = value
            elif row not in raw.broken:
                faults.append(_CellFault(row, place, column, cells[row], value or _MISSING))
    return values, faults


def _faulty_cells(
    raw: RawTable,
    given: Sequence[str],
    faults: Iterable[_CellFault],
    empty_allowed: NDArray[np.bool_],
) -> Iterator[Problem]:
    """Name the cells that are no number, and the empty ones that may not be empty."""
    for fault in faults:
        if fault.fault is not _MISSING or not empty_allowed[fault.row, fault.place]:
            yield cell_problem(raw, given, fault.row, fault.column, fault.cell, fault.fault)


def _further_values(
    raw: RawTable,
    columns: Columns,
    given: Sequence[str],
    challenge: Challenge,
    table: pd.DataFrame,
) -> list[Problem]:
    """Read the numeric columns asked for beside the answer into the table; check their ranges."""
    asked = [c for c in challenge.submission.columns if c.name in columns.further]
    values, faults = _read_values(raw, [column.name for column in asked])
    problems = first_of(_faulty_cells(raw, given, faults, np.zeros(values.shape, dtype=np.bool_)))
    for place, column in enumerate(asked):
        table[column.name] = values[:, place]
        problems += first_of(_outside(raw, column, given, values[:, place]))
    return problems


def _outside(
    raw: RawTable, column: FurtherColumn, given: Sequence[str], values: NDArray[np.float64]
) -> Iterator[Problem]:
    """Name the values of a further column that are out of its range."""
    for row in np.flatnonzero((values < column.low) | (values > column.high)).tolist():
        if row not in raw.broken:
            message = f"{values[row]:g} is not within {column.low:g}..{column.high:g}"
            cell: Any = raw.frame[column.name].iloc[row]
            fault = Fault("out-of-range", message, "")
            yield cell_problem(raw, given, row, column.name, cell, fault)


def _rejected(raw: RawTable, problems: list[Problem]) -> SubmissionRejected:
    """Return the error that lists all problems, the first few of each kind before the rest.

    A screen shows only so many: a thousand missing rows must not hide one decimal comma.
    """
    seen = Counter[str]()
    late = []
    for problem in problems:
        seen[problem.code] += 1
        late.append(seen[problem.code] > _FIRST_OF_A_KIND)
    order = sorted(range(len(problems)), key=late.__getitem__)
    problems = [problems[i] for i in order]
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    return SubmissionRejected(
        f"the submission has {count}",
        where=raw.name,
        problems=problems,
        remedy="mend the file and check it again; a rejected file is not scored",
    )
