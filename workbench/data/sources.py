"""A table's file as DuckDB sees it: its columns are compared with the card before a row is read."""

from __future__ import annotations

import csv
import glob
from pathlib import Path
from typing import NamedTuple

import duckdb

from workbench.data.card import Table
from workbench.data.columns import fits, literal
from workbench.errors import DataError, Problem, did_you_mean


class Source(NamedTuple):
    """A table's file.

    Attributes:
        sql: Expression for a FROM clause.
        stored: DuckDB type of each column as stored (VARCHAR for every CSV column).
        first_row: Number of the first data row in messages: 2 in a CSV, whose header is row 1.
    """

    sql: str
    stored: dict[str, str]
    first_row: int


def open_source(connection: duckdb.DuckDBPyConnection, folder: Path, table: Table) -> Source:
    """Return the file of a table, its columns checked against the card.

    Raises:
        DataError: The file is missing or unreadable, or its columns are not those of the card.
    """
    path = folder / table.path
    if not path.is_file():
        raise DataError(
            f"the file of table '{table.name}' is missing",
            where=str(path),
            remedy="put the file there, or correct the table's path in the card",
        )
    # A folder named study[1] must not be read as a pattern.
    name = literal(glob.escape(str(path)))
    if table.format == "csv":
        header = _csv_header(path, table.delimiter)
        _check_columns(table, header, path)
        types = ", ".join(f"{literal(column)}: 'VARCHAR'" for column in header)
        sql = (
            f"read_csv({name}, auto_detect=false, header=true, delim={literal(table.delimiter)}, "
            f"""quote='"', escape='"', columns={{{types}}})"""
        )
        return Source(sql, dict.fromkeys(header, "VARCHAR"), 2)
    sql = f"read_parquet({name})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {sql}").fetchall()
    except duckdb.Error as error:
        raise unreadable(path, error) from error
    stored = {str(row[0]): str(row[1]) for row in described}
    _check_columns(table, list(stored), path)
    _check_types(table, stored, path)
    return Source(sql, stored, 1)


def unreadable(path: Path, error: duckdb.Error) -> DataError:
    """Return the error for a table file DuckDB cannot read, with its line where DuckDB says it."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    end = next((i for i, line in enumerate(lines) if line.startswith("Possible")), 3)
    return DataError(
        f"the table cannot be read: {'; '.join(lines[:end])}",
        where=str(path),
        remedy="mend the row, or write the table anew as UTF-8 CSV or Parquet",
    )


def _csv_header(path: Path, delimiter: str) -> list[str]:
    """Return the column names of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            header = next(csv.reader(handle, delimiter=delimiter), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        message = f"the table cannot be read as UTF-8 CSV: {error}"
        raise DataError(message, where=str(path), remedy="save it as UTF-8 CSV") from error
    if not header:
        raise DataError("the table is an empty file, without a header", where=str(path))
    return header


def _check_columns(table: Table, header: list[str], path: Path) -> None:
    """Refuse a file whose columns are not exactly those of the card."""
    names = [field.name for field in table.fields]
    unknown = [column for column in header if column not in names]
    problems = [
        Problem("repeated-column", f"the column '{column}' stands twice", str(path), "rename one")
        for column in sorted({column for column in header if header.count(column) > 1})
    ]
    for name in names:
        if name not in header:
            message = f"the column '{name}' is missing; {did_you_mean(name, unknown)}"
            problems.append(Problem("missing-column", message.rstrip("; "), str(path)))
    for column in unknown:
        message = f"the card does not name the column '{column}'; {did_you_mean(column, names)}"
        remedy = "describe it in the card, or take it out of the file"
        problems.append(Problem("unknown-column", message.rstrip("; "), str(path), remedy))
    if problems:
        message = f"the columns of table '{table.name}' are not those of its card"
        raise DataError(message, where=str(path), problems=problems)


def _check_types(table: Table, stored: dict[str, str], path: Path) -> None:
    """Refuse a Parquet column whose type cannot stand for the card's."""
    problems = []
    for field in table.fields:
        if not fits(field, stored[field.name]):
            message = f"column '{field.name}' is stored as {stored[field.name]}, not {field.type}"
            remedy = f"write it as {field.type}" + (
                ": as a number an id has lost its leading zeros" if field.type == "string" else ""
            )
            problems.append(Problem("wrong-type", message, str(path), remedy))
    if problems:
        message = f"table '{table.name}' stores other types than its card says"
        raise DataError(message, where=str(path), problems=problems)


def row_number(source: Source) -> str:
    """Return the SQL of a row's number in the file, as a spreadsheet shows it."""
    return f"row_number() OVER () + {source.first_row - 1}"
