"""Find the rows that break the card: wrong type, out of range, unknown category, repeated key."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from workbench.data.card import Table
from workbench.data.columns import checks_of, quoted
from workbench.errors import Problem

ROW = "row number in file"
_MOST = 20  # problems named for each check; the rest are counted


def wrong_values(
    connection: duckdb.DuckDBPyConnection, table: Table, stored: Mapping[str, str], where: str
) -> list[Problem]:
    """Return the values of the table ``kept`` that break the card.

    Args:
        connection: Holds the rows as the table ``kept``.
        table: The table's card.
        stored: DuckDB type of each column as stored.
        where: Name of the file in the problems.
    """
    problems = []
    for field in table.fields:
        for check in checks_of(field, stored[field.name], table):
            query = (
                f"SELECT {quoted(ROW)}, {quoted(field.name)}::VARCHAR, count(*) OVER () FROM kept "
                f"WHERE {check.condition} ORDER BY 1 LIMIT {_MOST}"
            )
            rows = connection.execute(query).fetchall()
            for row, value, _ in rows:
                received = "the cell is empty" if value is None else f"'{value}'"
                message = f"{received}, expected {check.expected}"
                place = f"{where}, row {row}, column {field.name}"
                problems.append(Problem(check.code, message, place))
            if rows and rows[0][2] > _MOST:
                message = f"{rows[0][2] - _MOST} more rows like this"
                problems.append(Problem(check.code, message, f"{where}, column {field.name}"))
    return problems


def repeated_keys(connection: duckdb.DuckDBPyConnection, table: Table, where: str) -> list[Problem]:
    """Return the rows of ``kept`` whose key stands in an earlier row."""
    if not table.key:
        return []
    keys = ", ".join(quoted(key) for key in table.key)
    values = ", ".join(f"{quoted(key)}::VARCHAR" for key in table.key)
    query = (
        f"SELECT {quoted(ROW)}, min({quoted(ROW)}) OVER (PARTITION BY {keys}) AS first, "
        f"concat_ws(', ', {values}) "
        f"FROM kept QUALIFY {quoted(ROW)} > first ORDER BY 1 LIMIT {_MOST}"
    )
    return [
        Problem(
            "duplicate-key",
            f"the key '{value}' stands in row {first} already",
            f"{where}, row {row}, column {', '.join(table.key)}",
            "remove one of the rows",
        )
        for row, first, value in connection.execute(query).fetchall()
    ]
