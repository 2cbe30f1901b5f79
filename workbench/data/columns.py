"""How a column's text becomes a typed value, and what makes a value wrong, as DuckDB expressions.

Nothing is rounded, trimmed or guessed: ``1.5`` is no integer, ``nan`` and ``NA`` are no numbers,
and an empty cell is a missing value.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from workbench.data.card import Field, Table

_SQL_TYPE = {
    "string": "VARCHAR",
    "category": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "TIMESTAMP",
}
# What a CSV cell must look like; DuckDB's own casts accept more (1_000, 1.5 as the integer 2).
_PATTERN = {
    "integer": r"[+-]?[0-9]{1,18}",
    "number": r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?",
    "boolean": r"true|false|True|False|TRUE|FALSE|0|1",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?)?",
}
_WHOLE = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER"}
_BROKEN = {"FLOAT", "DOUBLE"}
# Types of a Parquet column that can stand for a card's type without a look at the text.
_FITTING = {
    "string": {"VARCHAR"},
    "category": {"VARCHAR", *_WHOLE},
    "integer": {*_WHOLE, *_BROKEN},
    "number": {*_WHOLE, *_BROKEN, "DECIMAL"},
    "boolean": {"BOOLEAN"},
    "date": {"DATE", "TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"},
}
_EXAMPLE = {
    "integer": "a whole number",
    "number": "a number with a decimal point",
    "boolean": "true or false",
    "date": "an ISO date such as 2025-03-31",
}


class Check(NamedTuple):
    """One thing that can be wrong in a column: code, SQL condition, what was expected."""

    code: str
    condition: str
    expected: str


def quoted(name: str) -> str:
    """Return a column name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def fits(field: Field, stored: str) -> bool:
    """Say whether a column stored as this DuckDB type can be read as the field's type."""
    stored = stored.split("(")[0]
    if stored == "VARCHAR":
        return True
    return stored in _FITTING[field.type] and (field.role != "id" or stored == "VARCHAR")


def value_of(field: Field, stored: str) -> str:
    """Return the SQL expression of the field's typed value; NULL where it is missing or wrong."""
    column = quoted(field.name)
    if stored in _BROKEN:
        column = f"CASE WHEN isnan({column}) THEN NULL ELSE {column} END"
    if stored == "VARCHAR" and field.type in _PATTERN:
        fitting = f"regexp_full_match({column}, {literal(_PATTERN[field.type])})"
        column = f"CASE WHEN {fitting} THEN {column} END"
    return f"TRY_CAST({column} AS {_SQL_TYPE[field.type]})"


def typed(table: Table, stored: Mapping[str, str]) -> str:
    """Return, as SQL, the columns of a table with the types of its card.

    Args:
        table: The table's card.
        stored: DuckDB type of each column as stored.
    """
    return ", ".join(
        f"{value_of(field, stored[field.name])} AS {quoted(field.name)}" for field in table.fields
    )


def checks_of(field: Field, stored: str, table: Table) -> list[Check]:
    """Return the checks of one column, each as the SQL condition of a wrong value."""
    value, present = value_of(field, stored), f"{quoted(field.name)} IS NOT NULL"
    if stored in _BROKEN:
        present = f"NOT isnan({quoted(field.name)})"
    checks = []
    if field.type in _EXAMPLE:
        wrong = f"({present}) AND ({value}) IS NULL"
        if field.type == "integer" and stored in _BROKEN:
            wrong = f"({present}) AND {quoted(field.name)} <> floor({quoted(field.name)})"
        if field.type == "number":
            wrong = f"({present}) AND (({value}) IS NULL OR isinf({value}))"
        checks.append(Check("wrong-type", wrong, _EXAMPLE[field.type]))
    if field.minimum is not None:
        checks.append(Check("below-minimum", f"{value} < {field.minimum!r}", _range(field)))
    if field.maximum is not None:
        checks.append(Check("above-maximum", f"{value} > {field.maximum!r}", _range(field)))
    if field.values is not None:
        known = ", ".join(literal(known) for known in field.values)
        expected = f"one of {', '.join(field.values)}"
        checks.append(Check("unknown-category", f"{value} NOT IN ({known})", expected))
    return [*checks, *_presence_checks(field, table, f"NOT ({present})")]


def _presence_checks(field: Field, table: Table, missing: str) -> list[Check]:
    """Return the checks of what must be there, and of stray blanks that make one id two."""
    column = quoted(field.name)
    if field.role in ("id", "person"):
        missing = f"{missing} OR trim({column}) = ''"
    checks = []
    if field.role == "person":
        checks.append(Check("missing-person", missing, "the person's pseudonym"))
    elif field.required or field.role == "id" or field.name in table.key:
        checks.append(Check("missing-value", missing, "a value"))
    if field.role in ("id", "person", "file"):
        blanks = f"{column} <> trim({column}) AND trim({column}) <> ''"
        checks.append(Check("stray-blank", blanks, "no blank at either end"))
    return checks


def _range(field: Field) -> str:
    """Return the field's allowed range as text."""
    low = "-" if field.minimum is None else f"{field.minimum:g}"
    high = "-" if field.maximum is None else f"{field.maximum:g}"
    return f"a value from {low} to {high}{' ' + field.unit if field.unit else ''}"
