"""Whose a case is and where it comes from: a column, or a part of the case's name."""

from __future__ import annotations

import re

import pandas as pd

from workbench.challenge.pack.question import check_column
from workbench.errors import DataError, UsageError


def add_group(
    table: pd.DataFrame,
    found: pd.DataFrame,
    key: str,
    part: str,
    column: str | None,
    pattern: str | None,
) -> str:
    """Put the unit or centre beside the key: a column as it is, or found in the key.

    Args:
        table: The labels file, all as text.
        found: What is known so far; gets a column.
        key: Name of the key column.
        part: ``unit`` or ``centre``.
        column: Column of the file; with a pattern, the name of the new column.
        pattern: Regular expression searched in the key: its groups joined, or what it matches.

    Returns:
        The name of the column.

    Raises:
        UsageError: The column is not there, or the pattern is none.
        DataError: A case has none.
    """
    if pattern is None:
        assert column is not None, "a column or a pattern is given"
        check_column(column, table, f"--{part}")
        found[column] = table[column]
        empty = table[key][table[column] == ""]
        if len(empty):
            message = f"{len(empty)} cases have no {part}, such as {empty.iloc[0]}"
            raise DataError(message, where=f"column {column}")
        return column
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"--{part}-pattern is no regular expression: {error}") from error
    values = [compiled.search(name) for name in table[key]]
    missed = [name for name, value in zip(table[key], values, strict=True) if value is None]
    if missed:
        shown = ", ".join(missed[:5])
        raise DataError(
            f"{len(missed)} keys do not follow --{part}-pattern {pattern}: {shown}",
            where=f"column {key}",
            remedy=f"widen the pattern: every case needs its {part}",
        )
    name = column or part
    if name == key:
        raise UsageError(f"'{name}' is the key", remedy=f"--{part} NAME for the new column")
    found[name] = ["_".join(v.groups("")) or v[0] for v in values if v is not None]
    return name


def tell_spread(found: pd.DataFrame, unit: str, centre: str, assumed: list[str]) -> None:
    """Tell of units that stand in several centres: one person, or two with the same number."""
    if unit == centre:
        return
    centres = found.groupby(unit)[centre].nunique()
    spread = centres[centres > 1]
    if len(spread):
        assumed.append(
            f"{len(spread)} values of '{unit}' stand in several centres, such as "
            f"{spread.index[0]}: they count as one {unit} each; if numbers start again in every "
            "centre, let the pattern take the centre too"
        )
