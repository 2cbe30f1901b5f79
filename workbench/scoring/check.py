"""The submission check: every problem at once, with row, column, value and remedy.

No message depends on a hidden label: the check knows the keys of the cases and nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem, SubmissionRejected, did_you_mean
from workbench.scoring.card import Challenge
from workbench.scoring.cells import Fault, number
from workbench.scoring.columns import DECISION, Columns, match_columns
from workbench.scoring.keys import SubmissionProblem, check_keys, key_text
from workbench.scoring.reading import RawTable, as_raw, read_table

_FIRST_OF_A_KIND = 5
Submission = pd.DataFrame | Path | str | RawTable


def check_submission(
    submission: Submission, challenge: Challenge, keys: Iterable[str]
) -> pd.DataFrame:
    """Return a submission in its one canonical form, or reject it with every problem.

    Args:
        submission: Path of a CSV or Parquet file, or a frame.
        challenge: The challenge whose rules hold.
        keys: Keys of all cases that must be answered.

    Returns:
        One row a key, sorted by key: the key column, one probability a class (NaN throughout a row
        the policy fills in later) and, where submitted, ``decision``.

    Raises:
        SubmissionRejected: The submission breaks a rule; all problems are listed.
        DataError: The file is absent.
    """
    raw = _raw(submission)
    columns, problems = _columns(raw, challenge)
    if columns is None:
        raise _rejected(raw, problems)
    expected = sorted(str(key) for key in keys)
    given = [key_text(cell) for cell in raw.frame[columns.key]]
    lenient = challenge.missing_value_policy != "reject"
    cut_short = any(problem.code == "broken-csv" for problem in raw.problems)
    problems += check_keys(
        given, expected, columns.key, raw.place, missing_allowed=lenient or cut_short
    )
    values, found = _read_values(raw, columns, given, lenient=lenient)
    problems += found
    problems += _row_problems(raw, columns, given, values, challenge)
    table = pd.DataFrame(values, columns=challenge.classes)
    if columns.decision:
        table[DECISION] = [key_text(cell) for cell in raw.frame[columns.decision]]
        problems += _decision_problems(raw, given, table[DECISION].tolist(), challenge)
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


def _raw(submission: Submission) -> RawTable:
    """Return the submission as a raw table."""
    if isinstance(submission, RawTable):
        return submission
    if isinstance(submission, pd.DataFrame):
        return as_raw(submission, "submission")
    return read_table(submission)


def _read_values(
    raw: RawTable, columns: Columns, given: Sequence[str], *, lenient: bool
) -> tuple[NDArray[np.float64], list[Problem]]:
    """Read all cells; NaN stands for missing and for unreadable."""
    values = np.full((len(given), len(columns.classes)), np.nan)
    problems: list[Problem] = []
    for place, column in enumerate(columns.classes):
        for row, cell in enumerate(raw.frame[column].tolist()):
            value = number(cell)
            if isinstance(value, float):
                values[row, place] = value
            elif row not in raw.broken and (value is not None or not lenient):
                fault = value or Fault(
                    "missing-value", "the value is missing", "write a probability for every class"
                )
                problems.append(_cell_problem(raw, given, row, column, cell, fault))
    return values, problems


def _row_problems(
    raw: RawTable,
    columns: Columns,
    given: Sequence[str],
    values: NDArray[np.float64],
    challenge: Challenge,
) -> list[Problem]:
    """Check range, sum and form of the rows whose cells are all readable."""
    problems: list[Problem] = []
    names = list(columns.classes)
    for row, place in np.argwhere((values < 0) | (values > 1)).tolist():
        if row in raw.broken:
            continue
        fault = Fault("out-of-range", f"{values[row, place]:g} is not within 0..1", "")
        cell = raw.frame[names[place]].iloc[row]
        problems.append(_cell_problem(raw, given, row, names[place], cell, fault))
    known = ~np.isnan(values)
    if challenge.missing_value_policy != "reject":
        for row in np.flatnonzero(known.any(axis=1) & ~known.all(axis=1)).tolist():
            fault = Fault("partly-missing", "some classes have no value", "give all or none")
            problems.append(_cell_problem(raw, given, row, ",".join(names), "", fault))
    whole = np.flatnonzero(known.all(axis=1) & ((values >= 0) & (values <= 1)).all(axis=1))
    for row in whole.tolist():
        row_fault = _form_fault(values[row], challenge)
        if row_fault and row not in raw.broken:
            shown = ",".join(f"{v:g}" for v in values[row])
            problems.append(_cell_problem(raw, given, row, ",".join(names), shown, row_fault))
    return problems


def _form_fault(row: NDArray[np.float64], challenge: Challenge) -> Fault | None:
    """Say why a row of values within 0..1 follows none of the allowed forms."""
    total = float(row.sum())
    one_hot = total == 1.0 and float(row.max()) == 1.0
    if one_hot:
        return None
    if "probabilities" not in challenge.submission.forms:
        return Fault(
            "not-one-hot", f"the row sums to {total:g}, expected one 1 and the rest 0", "choose one"
        )
    if abs(total - 1.0) <= challenge.submission.sum_tolerance:
        return None
    expected = (
        "one-hot or probabilities" if len(challenge.submission.forms) > 1 else "probabilities"
    )
    return Fault(
        "sum-not-one",
        f"the row sums to {total:g}, expected 1 ({expected})",
        f"divide by the sum; {challenge.submission.sum_tolerance:g} of rounding is allowed",
    )


def _decision_problems(
    raw: RawTable, given: Sequence[str], decisions: Sequence[str], challenge: Challenge
) -> list[Problem]:
    """Check that every submitted decision is a class."""
    problems: list[Problem] = []
    for row, decision in enumerate(decisions):
        if decision not in challenge.classes and row not in raw.broken:
            hint = did_you_mean(decision, challenge.classes)
            remedy = hint or f"write one of {', '.join(challenge.classes)}"
            fault = Fault("unknown-class", f"'{decision[:40]}' is not a class", remedy)
            problems.append(_cell_problem(raw, given, row, DECISION, decision, fault))
    return problems


def _cell_problem(
    raw: RawTable, given: Sequence[str], row: int, column: str, cell: Any, fault: Fault
) -> SubmissionProblem:
    """Name one cell."""
    key = given[row][:80]
    return SubmissionProblem(
        fault.code,
        fault.message,
        f"{raw.place(row)}, case {key}, column {column}",
        fault.remedy,
        row=row + 1,
        column=column,
        key=key,
        value=str(cell)[:80],
    )


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
