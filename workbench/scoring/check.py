"""The submission check: every problem at once, with row, column, value and remedy.

No message depends on a hidden label: the check knows the keys of the cases and nothing else. What
is right is found by whole columns; only what is wrong is looked at cell by cell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem, SubmissionRejected
from workbench.scoring.card import Challenge
from workbench.scoring.cells import Fault, number, numbers
from workbench.scoring.columns import DECISION, Columns, match_columns
from workbench.scoring.forms import answer_problems, decision_problems
from workbench.scoring.keys import cell_problem, check_keys, key_text
from workbench.scoring.reading import RawTable, as_raw, read_table, read_table_bytes

_FIRST_OF_A_KIND = 5
# What an honest file may hold: so many bytes a cell, and some room for a long header.
_BYTES_A_CELL, _ROOM = 256, 4 * 2**20
Submission = pd.DataFrame | Path | str | bytes | RawTable


def check_submission(
    submission: Submission, challenge: Challenge, keys: Iterable[str]
) -> pd.DataFrame:
    """Return a submission in its one canonical form, or reject it with every problem.

    Args:
        submission: Path or bytes of a CSV or Parquet file (gzip allowed), or a frame.
        challenge: The challenge whose rules hold.
        keys: Keys of all cases that must be answered.

    Returns:
        One row a key, sorted by key: the key column, one probability a class (NaN throughout a row
        the policy fills in later) and, where submitted, ``decision`` and further columns.

    Raises:
        SubmissionRejected: The submission breaks a rule; all problems are listed.
        DataError: The file is absent or no regular file.
    """
    expected = sorted(str(key) for key in keys)
    raw = _raw(submission, challenge, len(expected))
    columns, problems = _columns(raw, challenge)
    if columns is None:
        raise _rejected(raw, problems)
    given = [key_text(cell) for cell in raw.frame[columns.key].tolist()]
    lenient = challenge.missing_value_policy != "reject"
    cut_short = any(problem.code == "broken-csv" for problem in raw.problems)
    problems += check_keys(
        given, expected, columns.key, raw.place, missing_allowed=lenient or cut_short
    )
    values, found = _read_values(raw, list(columns.classes), given, lenient=lenient)
    problems += found
    problems += answer_problems(raw, list(columns.classes), given, values, challenge)
    table = pd.DataFrame(values, columns=challenge.classes)
    if columns.decision:
        table[DECISION] = [key_text(cell) for cell in raw.frame[columns.decision].tolist()]
        problems += decision_problems(raw, given, table[DECISION].tolist(), challenge)
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


def _raw(submission: Submission, challenge: Challenge, n_cases: int) -> RawTable:
    """Return the submission as a raw table; a file may not be larger than an answer needs to be."""
    if isinstance(submission, RawTable):
        return submission
    if isinstance(submission, pd.DataFrame):
        return as_raw(submission, "submission")
    width = len(challenge.classes) + len(challenge.submission.columns) + 2
    most = _ROOM + _BYTES_A_CELL * width * n_cases
    encoding = challenge.submission.encoding
    if isinstance(submission, bytes):
        return read_table_bytes(submission, "submission", encoding=encoding, most=most)
    return read_table(submission, encoding=encoding, most=most)


def _read_values(
    raw: RawTable, names: Sequence[str], given: Sequence[str], *, lenient: bool
) -> tuple[NDArray[np.float64], list[Problem]]:
    """Read all cells of some columns; NaN stands for missing and for unreadable."""
    values = np.full((len(given), len(names)), np.nan)
    problems: list[Problem] = []
    for place, column in enumerate(names):
        cells = raw.frame[column].tolist()
        values[:, place] = numbers(cells)
        for row in np.flatnonzero(np.isnan(values[:, place])).tolist():
            value = number(cells[row])
            if isinstance(value, float):
                values[row, place] = value
            elif row not in raw.broken and (value is not None or not lenient):
                fault = value or Fault("missing-value", "the value is missing", "write a number")
                problems.append(cell_problem(raw, given, row, column, cells[row], fault))
    return values, problems


def _further_values(
    raw: RawTable,
    columns: Columns,
    given: Sequence[str],
    challenge: Challenge,
    table: pd.DataFrame,
) -> list[Problem]:
    """Read the numeric columns asked for beside the answer into the table; check their ranges."""
    asked = [c for c in challenge.submission.columns if c.name in columns.further]
    values, problems = _read_values(raw, [column.name for column in asked], given, lenient=False)
    for place, column in enumerate(asked):
        table[column.name] = values[:, place]
        outside = (values[:, place] < column.low) | (values[:, place] > column.high)
        for row in np.flatnonzero(outside).tolist():
            if row not in raw.broken:
                message = f"{values[row, place]:g} is not within {column.low:g}..{column.high:g}"
                fault = Fault("out-of-range", message, "")
                cell: Any = raw.frame[column.name].iloc[row]
                problems.append(cell_problem(raw, given, row, column.name, cell, fault))
    return problems


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
