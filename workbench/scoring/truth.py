"""Reads and checks the labels a submission is judged by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from workbench import digests
from workbench.errors import DataError, Problem, did_you_mean
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.card import Challenge
from workbench.scoring.cells import number
from workbench.scoring.keys import key_text
from workbench.scoring.reading import RawTable, as_raw, read_table

_ABSENT = ("", "nan", "na", "none", "<na>")
_REMEDIES = {
    "unit": "intervals are over units: say whose each case is",
    "centre": "say where each case comes from",
    "subgroup": "name the group, or 'unknown'",
}


def load_truth(source: Path | str | pd.DataFrame | RawTable, challenge: Challenge) -> pd.DataFrame:
    """Return labels in canonical form: one row a case, all as text, sorted by key.

    Args:
        source: file (CSV or Parquet) or table with the challenge's key and unit columns, those of
            the answer (label; time and event), and those it names as centre and subgroups;
            further columns are left out.
        challenge: Names the columns and the kind of answer.

    Raises:
        DataError: Columns missing, unknown class (or a time or event that is none), missing unit,
            empty or duplicated key; all problems at once.
    """
    if isinstance(source, pd.DataFrame):
        raw = as_raw(source, "labels")
    else:
        raw = source if isinstance(source, RawTable) else read_table(source)
    problems = list(raw.problems) + _column_problems(raw, challenge)
    if problems:
        raise _broken(raw, problems)
    wanted = list(dict.fromkeys(name for _, name in _wanted(challenge)))
    table = pd.DataFrame(
        {name: [key_text(cell) for cell in raw.frame[name].tolist()] for name in wanted}
    )
    for column in kind_of(challenge).label_columns(challenge):
        if column.is_number:
            table[column.name] = [_plain_number(text) for text in table[column.name]]
    problems = _row_problems(raw, table, challenge)
    if problems:
        raise _broken(raw, problems)
    return table.sort_values(challenge.key, ignore_index=True)


def _plain_number(text: str) -> str:
    """Return a number in its shortest form, so that its file does not show; other text as it is.

    >>> _plain_number("365.0"), _plain_number("0.50"), _plain_number("soon")
    ('365', '0.5', 'soon')
    """
    value = number(text)
    return key_text(value) if isinstance(value, float) else text


def labels_digest(labels: pd.DataFrame, challenge: Challenge) -> str:
    """Return what seals labels: the digest of their content, whatever file they are in.

    Args:
        labels: What :func:`load_truth` returns.
        challenge: The challenge they belong to.
    """
    return digests.of_table(labels, challenge.key)


def _wanted(challenge: Challenge) -> list[tuple[str, str]]:
    """Return the columns the labels must have, each with its part."""
    answer = [(c.role, c.name) for c in kind_of(challenge).label_columns(challenge)]
    return [("key", challenge.key), *answer, *_groups(challenge)]


def _groups(challenge: Challenge) -> list[tuple[str, str]]:
    """Return the columns that say whose a case is and where it is from, each with its part."""
    parts = [("unit", challenge.unit)]
    if challenge.centre is not None:
        parts.append(("centre", challenge.centre))
    return parts + [("subgroup", name) for name in challenge.subgroups]


def _column_problems(raw: RawTable, challenge: Challenge) -> list[Problem]:
    """Name the columns that are missing."""
    header = [str(column) for column in raw.frame.columns]
    return [
        Problem(
            "missing-column",
            f"the {role} column '{name}' is missing",
            "header",
            did_you_mean(name, header) or f"found: {', '.join(header) or 'none'}",
        )
        for role, name in _wanted(challenge)
        if name not in header
    ]


def _row_problems(raw: RawTable, table: pd.DataFrame, challenge: Challenge) -> list[Problem]:
    """Check each row's key, answer, unit and centre."""
    if table.empty:
        return [Problem("empty-file", "there is no row", raw.name, "write one row a case")]
    keys = table[challenge.key]
    problems: list[Problem] = []
    for row in np.flatnonzero(keys == "").tolist():
        where = _place(raw, table, challenge, row)
        problems.append(Problem("empty-key", "the key is empty", where))
    first = dict(zip(reversed(keys.tolist()), reversed(range(len(keys))), strict=True))
    for row in np.flatnonzero(keys.duplicated() & (keys != "")).tolist():
        message = f"the case stands twice, first in {raw.place(first[keys[row]])}"
        where = _place(raw, table, challenge, row)
        problems.append(Problem("duplicate-row", message, where, "keep one"))
    for fault in kind_of(challenge).label_faults(table, challenge):
        where = _place(raw, table, challenge, fault.row)
        problems.append(Problem(fault.code, fault.message, where, fault.remedy))
    for role, name in _groups(challenge):
        absent = table[name].str.casefold().isin(_ABSENT)
        for row in np.flatnonzero(absent).tolist():
            where = _place(raw, table, challenge, row)
            message = f"the {role} '{name}' is missing"
            problems.append(Problem(f"missing-{role}", message, where, _REMEDIES[role]))
    return problems


def _place(raw: RawTable, table: pd.DataFrame, challenge: Challenge, row: int) -> str:
    """Name a row of the labels."""
    return f"{raw.place(row)}, case {table[challenge.key][row]}"


def _broken(raw: RawTable, problems: list[Problem]) -> DataError:
    """Return the error that lists all problems."""
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    return DataError(f"the labels have {count}", where=raw.name, problems=problems)
