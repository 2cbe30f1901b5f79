"""Numbers from the text of a table whose card says no types, with what cannot be read."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from workbench.data.findings import Finding, rows_of

DAYS = {"d": 1.0, "wk": 7.0, "mo": 30.4375, "a": 365.25}
"""Days in a unit of time (UCUM codes): a month is a twelfth of 365.25 days."""


def without_missing(column: pd.Series, missing: Sequence[str]) -> pd.Series:
    """Return a column with the words for a missing value made missing."""
    if column.dtype != object:
        return column
    text = column.str.strip()
    return text.where(~text.isin([*missing, ""]))


def numbers(
    rows: pd.DataFrame, column: str, missing: Sequence[str], name: str, person: str
) -> tuple[pd.Series, list[Finding]]:
    """Return a column as numbers, NaN where missing, and an error for each cell that is none.

    Args:
        rows: The table.
        column: The column.
        missing: Words that stand for a missing value.
        name: Name of the table.
        person: Column with the person.
    """
    text = without_missing(rows[column], missing)
    values = pd.to_numeric(text, errors="coerce").astype(float)
    wrong = rows[(values.isna() & text.notna()).to_numpy()]
    messages = [f"column {column} holds '{cell}', expected a number" for cell in wrong[column]]
    remedy = "mend the cell, or name it as missing (use_case.params.table.missing)"
    return values, rows_of("error", "not-a-number", name, wrong, messages, remedy, person)


def categories(column: pd.Series, missing: Sequence[str]) -> pd.Series:
    """Return a column as text: 1.0 and 1 are one category."""
    return without_missing(column.astype(object).map(_text, na_action="ignore"), missing)


def _text(value: object) -> str:
    """Return one value as text."""
    return f"{value:g}" if isinstance(value, float) else str(value)
