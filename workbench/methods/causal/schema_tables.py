"""The tables of a cohort linked with claims, as far as a protocol needs them: typed and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbench.errors import DataError, Problem, did_you_mean

#: Columns each table must have; columns that are used where they are there.
NEEDED = {
    "person": ("person_id", "birth_year"),
    "tumour": ("person_id", "dx_date"),
    "procedure": ("person_id", "date", "kind"),
    "drug": ("person_id", "date", "atc"),
    "death": ("person_id", "date"),
    "observation_period": ("person_id", "start", "end", "reason"),
}
OPTIONAL = {
    "visit": ("person_id", "date"),
    "condition": ("person_id", "date", "event"),
    "linkage": ("person_id", "match_quality"),
}
_DATES = ("date", "dx_date", "start", "end")
_MOST_NAMED = 20


@dataclass(frozen=True, eq=False)
class SchemaTables:
    """The tables, with dates as dates; a table that may lack is empty."""

    person: pd.DataFrame
    tumour: pd.DataFrame
    procedure: pd.DataFrame
    drug: pd.DataFrame
    death: pd.DataFrame
    observation_period: pd.DataFrame
    visit: pd.DataFrame
    condition: pd.DataFrame
    linkage: pd.DataFrame

    def first_day(self, rows: pd.DataFrame, zero: pd.Series) -> pd.Series:
        """Return days from time zero to the first of some rows, by person; NaN where none."""
        return days_between(zero, rows.groupby("person_id")["date"].min().reindex(zero.index))


def days_between(zero: pd.Series, dates: pd.Series) -> pd.Series:
    """Return days from time zero to dates of the same index, as numbers."""
    return (dates - zero).dt.days.astype("float64")


def schema_tables(tables: Mapping[str, pd.DataFrame]) -> SchemaTables:
    """Check tables by name and read their dates.

    Args:
        tables: ``person``, ``tumour``, ``procedure``, ``drug``, ``death``, ``observation_period``;
            and, where there are any, ``visit`` (``kind``, ``ecog``), ``condition`` (``event``) and
            ``linkage`` (``match_quality``).

    Raises:
        DataError: ``missing-table``, ``missing-column``, ``bad-date``, ``duplicate-person``; all
            problems at once.
    """
    problems: list[Problem] = []
    read: dict[str, pd.DataFrame] = {}
    for name, columns in {**NEEDED, **OPTIONAL}.items():
        if name not in tables:
            if name in NEEDED:
                hint = did_you_mean(name, tables) or "add the table"
                problems.append(Problem("missing-table", f"there is no table '{name}'", "", hint))
            read[name] = _dated(name, pd.DataFrame({c: [] for c in columns}), problems)
            continue
        table = tables[name]
        for column in columns:
            if column not in table.columns:
                hint = did_you_mean(column, table.columns) or "add the column"
                text = f"there is no column '{column}'"
                problems.append(Problem("missing-column", text, f"table {name}", hint))
        read[name] = _dated(name, table, problems)
    problems += _one_row_each(read)
    if problems:
        raise DataError("the tables do not hold what a protocol needs", problems=problems)
    return SchemaTables(**read)


def _dated(name: str, table: pd.DataFrame, problems: list[Problem]) -> pd.DataFrame:
    """Return a table with ids as text and dates as dates."""
    found = table.copy()
    if "person_id" in found.columns:
        found["person_id"] = found["person_id"].astype(str)
    for column in [column for column in _DATES if column in found.columns]:
        given = found[column]
        found[column] = pd.to_datetime(given, format="ISO8601", errors="coerce").dt.normalize()
        wrong = given[found[column].isna() & given.notna()]
        for row, value in list(wrong.items())[:_MOST_NAMED]:
            where = f"table {name}, row {row}, column {column}"
            problems.append(Problem("bad-date", f"'{value}' is no date", where, "write 2020-01-31"))
    return found


def _one_row_each(read: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """Return who stands twice in a table of one row a person."""
    return [
        Problem("duplicate-person", "stands twice", f"table {name}, person {person}", "keep one")
        for name in ("person", "death", "observation_period", "linkage")
        if "person_id" in read[name].columns
        for person in read[name]["person_id"][read[name]["person_id"].duplicated()].head(
            _MOST_NAMED
        )
    ]
