"""What is wrong with data: errors and warnings, all at once, each with its row and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from workbench.errors import DataError, Problem

Level = Literal["error", "exclude", "warning"]
BadRows = Literal["stop", "exclude"]
_MOST_NAMED = 20


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        level: An ``error`` stops, or leaves the person out where the user chose so; ``exclude``
            always leaves the person out; a ``warning`` is reported.
        problem: Code, message, row and remedy.
        case: Whose row it is; None where it is about the whole data set, which cannot go on.
    """

    level: Level
    problem: Problem
    case: str | None = None


def rows_of(
    level: Level,
    code: str,
    table: str,
    rows: pd.DataFrame,
    messages: Iterable[str],
    remedy: str,
    person: str = "person_id",
) -> list[Finding]:
    """Return a finding for each of some rows of a table.

    Args:
        level: Of all of them.
        code: Of all of them.
        table: Name of the table, for the place.
        rows: The rows; their index is their number from 0, in the order of the table's key.
        messages: What was received and expected, one a row.
        remedy: The next step.
        person: Column with the person.
    """
    return [
        Finding(
            level,
            Problem(code, message, f"{table}, row {row + 1}, person {name}", remedy),
            name,
        )
        for row, name, message in zip(rows.index, rows[person].astype(str), messages, strict=True)
    ]


def settle(findings: Sequence[Finding], bad_rows: BadRows, where: str, choice: str) -> pd.DataFrame:
    """Stop on what cannot go on; return who is left out otherwise.

    Args:
        findings: Everything found.
        bad_rows: ``stop`` on any error; ``exclude`` persons with an error and go on.
        where: The data set, for the message.
        choice: How a user chooses ``exclude``, for the message.

    Returns:
        Columns ``case``, ``reason``, ``message``; the first finding of each person counts.

    Raises:
        DataError: Names all problems; beyond 20 of a kind they are counted.
    """
    errors = [finding for finding in findings if finding.level == "error"]
    stopping = errors if bad_rows == "stop" else [e for e in errors if e.case is None]
    left_out = [finding for finding in findings if finding.level != "warning"]
    if stopping:
        remedy = "mend the data: what is wrong is no matter of single persons"
        if any(finding.case is not None for finding in stopping):
            remedy = (
                f"mend the rows, or leave these persons out with {choice} "
                "(they are listed with the reason)"
            )
        raise DataError(
            "the data cannot be used as they are",
            where=where,
            problems=_counted([finding.problem for finding in stopping]),
            remedy=remedy,
        )
    rows = [(e.case, e.problem.code, f"{e.problem.where}: {e.problem.message}") for e in left_out]
    table = pd.DataFrame(rows, columns=["case", "reason", "message"], dtype="object")
    return table.drop_duplicates("case", ignore_index=True)


def warnings_of(findings: Sequence[Finding]) -> list[Problem]:
    """Return the warnings, every row of them: whoever shows them counts."""
    return [finding.problem for finding in findings if finding.level == "warning"]


def _counted(problems: Sequence[Problem]) -> list[Problem]:
    """Return the first problems of each kind, then how many more there are."""
    kept: list[Problem] = []
    for code in dict.fromkeys(problem.code for problem in problems):
        same = [problem for problem in problems if problem.code == code]
        kept += same[:_MOST_NAMED]
        if len(same) > _MOST_NAMED:
            kept.append(Problem(code, f"{len(same) - _MOST_NAMED} more like this"))
    return kept
