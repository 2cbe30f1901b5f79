"""Reads and checks the labels a submission is judged by."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.errors import DataError, Problem, did_you_mean
from workbench.scoring.card import Challenge
from workbench.scoring.keys import key_text
from workbench.scoring.reading import RawTable, as_raw, read_table


def load_truth(source: Path | str | pd.DataFrame, challenge: Challenge) -> pd.DataFrame:
    """Return labels in canonical form: key, label and unit as text, one row a case, sorted by key.

    Args:
        source: CSV or Parquet file, or a frame, with the challenge's key, label and unit columns;
            further columns are left out.
        challenge: Names the columns and the classes.

    Raises:
        DataError: Columns missing, unknown class, missing unit, empty or duplicated key; all
            problems at once.
    """
    raw = as_raw(source, "labels") if isinstance(source, pd.DataFrame) else read_table(source)
    problems = list(raw.problems) + _column_problems(raw, challenge)
    if problems:
        raise _broken(raw, problems)
    wanted = list(dict.fromkeys([challenge.key, challenge.label, challenge.unit]))
    table = pd.DataFrame({name: [key_text(cell) for cell in raw.frame[name]] for name in wanted})
    problems = _row_problems(raw, table, challenge)
    if problems:
        raise _broken(raw, problems)
    return table.sort_values(challenge.key, ignore_index=True)


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
        for role, name in (
            ("key", challenge.key),
            ("label", challenge.label),
            ("unit", challenge.unit),
        )
        if name not in header
    ]


def _row_problems(raw: RawTable, table: pd.DataFrame, challenge: Challenge) -> list[Problem]:
    """Check each row's key, class and unit."""
    if table.empty:
        return [Problem("empty-file", "there is no row", raw.name, "write one row a case")]
    problems: list[Problem] = []
    first: dict[str, int] = {}
    for row, values in enumerate(table.to_dict("records")):
        key, label, unit = (
            str(values[c]) for c in (challenge.key, challenge.label, challenge.unit)
        )
        where = f"{raw.place(row)}, case {key}"
        if not key:
            problems.append(Problem("empty-key", "the key is empty", where))
        elif key in first:
            message = f"the case stands twice, first in {raw.place(first[key])}"
            problems.append(Problem("duplicate-row", message, where, "keep one"))
        first.setdefault(key, row)
        if label not in challenge.classes:
            hint = did_you_mean(label, challenge.classes)
            known = f"the classes are {', '.join(challenge.classes)}"
            message = f"'{label}' is not a class of {challenge.id}"
            problems.append(Problem("unknown-class", message, where, hint or known))
        if not unit or unit.casefold() in ("nan", "na", "none", "<na>"):
            message = f"the unit '{challenge.unit}' is missing"
            remedy = "intervals are over units: say whose each case is"
            problems.append(Problem("missing-unit", message, where, remedy))
    return problems


def _broken(raw: RawTable, problems: list[Problem]) -> DataError:
    """Return the error that lists all problems."""
    count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
    return DataError(f"the labels have {count}", where=raw.name, problems=problems)
