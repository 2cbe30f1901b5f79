"""The canonical tables of claims, by column name and type; what breaks them is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import DataError, Problem, did_you_mean
from workbench.tabular.engine import Engine

PERSON = {
    "person_id": "string",
    "sex": "string",
    "birth_year": "int64",
    "region": "string",
    "cover_start": "date",
    "cover_end": "date",
    "death_date": "date",
}
EXPOSURE_EVENT = {
    "person_id": "string",
    "date": "date",
    "cip13": "string",
    "boxes": "int64",
    "days_supply": "float64",
    "source": "string",
    "flow_date": "date",
}
PRODUCT = {
    "cip13": "string",
    "cis": "string",
    "substance": "string",
    "atc5": "string",
    "ddd_per_box": "float64",
}
HOSPITAL_STAY = {"person_id": "string", "admission": "date", "discharge": "date"}
_KINDS = {
    "string": ("is_string", "is_integer"),  # whole numbers are as good as texts as a key
    "date": ("is_date",),
    "int64": ("is_integer",),
    "float64": ("is_floating", "is_integer", "is_decimal"),
}


def check_columns(table: Any, types: Mapping[str, str], name: str) -> None:
    """Raise where a table lacks a column or a column is of another kind; all at once.

    Raises:
        DataError: ``missing-column`` or ``wrong-type``, by column.
    """
    schema = table.schema()
    problems = []
    for column, asked in types.items():
        where = f"table {name}, column {column}"
        if column not in schema:
            hint = did_you_mean(column, schema.names)
            text = f"is absent; the table has {list(schema.names)}"
            problems.append(Problem("missing-column", text, where, hint))
        elif not any(getattr(schema[column], kind)() for kind in _KINDS[asked]):
            text = f"is {schema[column]}, expected {asked}"
            problems.append(Problem("wrong-type", text, where, "cast it before"))
    if problems:
        raise DataError(f"the table {name} breaks its contract", problems=problems)


def check_rows(engine: Engine, table: Any, rules: Mapping[str, tuple[Any, str]], name: str) -> None:
    """Raise where rows break a rule: one pass over the table for all rules.

    Args:
        engine: Where the table stands.
        table: The table.
        rules: Code -> (expression that is true of a broken row, what is wrong with it).
        name: Of the table, for the error.

    Raises:
        DataError: The code of each broken rule with its number of rows.
    """
    marks = {f"rule_{i}": rule.fill_null(False).sum() for i, (rule, _) in enumerate(rules.values())}
    counts = engine.one(table.aggregate(rows=table.count(), **marks))
    problems = [
        Problem(code, f"{text} ({counts[f'rule_{i}']} of {counts['rows']} rows)", f"table {name}")
        for i, (code, (_, text)) in enumerate(rules.items())
        if counts[f"rule_{i}"]
    ]
    if problems:
        raise DataError(f"the table {name} cannot be used", problems=problems)
