"""Published tables of a run folder as rows: numbers as numbers, a missing one as None."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.report.artefacts import Absent

TABLES = "tables"
TEXTS = frozenset(
    {"grain", "code", "period", "sex", "age", "measure", "by", "value", "class", "class_label"}
    | {"label", "first_dispensed", "first_report", "source", "step", "reason", "unit", "meaning"}
    | {
        "event",
        "soc",
        "standard",
        "method",
        "table",
        "key",
        "before",
        "after",
        "what",
        "alert",
        "column",
    }
)
"""Columns of text: a code such as 010 or NA is no number and not missing."""
FLAGS = frozenset({"masked", "possible"})


def published(folder: Path, name: str, *needed: str) -> pd.DataFrame:
    """Return a table of the run folder.

    Args:
        folder: Of the run.
        name: File below ``tables``, without its ending.
        needed: Columns the caller reads.

    Raises:
        Absent: The file is not there, is no table, lacks a column or has words for a number.
    """
    path = folder / TABLES / f"{name}.csv"
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except FileNotFoundError:
        raise Absent(f"{TABLES}/{name}.csv is not in the run folder") from None
    except (OSError, ValueError) as error:
        raise Absent(f"{TABLES}/{name}.csv cannot be read: {error}") from error
    missing = [column for column in needed if column not in frame.columns]
    if missing:
        raise Absent(f"{TABLES}/{name}.csv has no column {', '.join(missing)}")
    return frame.assign(**{str(c): _typed(frame[c], str(c), name) for c in frame.columns})


def _typed(cells: pd.Series[Any], column: str, name: str) -> pd.Series[Any]:
    """Return a column as what it holds."""
    if column in TEXTS:
        # The apostrophe keeps a spreadsheet from computing a name; on a page it says nothing.
        return cells.str.replace(r"^'(?=\s*[=+\-@＝＋－＠])", "", regex=True)
    if column in FLAGS:
        return cells.str.lower().isin(("true", "1"))
    try:
        numbers: pd.Series[Any] = pd.to_numeric(cells.where(cells != ""))
        return numbers
    except (ValueError, TypeError) as error:
        raise Absent(f"{TABLES}/{name}.csv has no numbers in {column}: {error}") from error


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows with None for what is missing.

    >>> rows_of(pd.DataFrame({"cases": [3.0, None]}))
    [{'cases': 3.0}, {'cases': None}]
    """
    columns: dict[str, list[Any]] = {}
    for name in frame.columns:
        cells = frame[name]
        values = cells.tolist()
        if cells.dtype.kind in "fiu":
            values = [None if value != value else float(value) for value in values]
        columns[str(name)] = values
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def by_code(frame: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of each code, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(frame):
        found.setdefault(row["code"], []).append(row)
    return found


def in_order(text: str) -> tuple[int, str]:
    """Return a key that sorts ages and years by their first number, and words after them.

    >>> sorted(["100+", "5-9", "unknown", "45-49"], key=in_order)
    ['5-9', '45-49', '100+', 'unknown']
    """
    first = re.match(r"\D*(\d+)", text)
    return (int(first[1]) if first else 10**9, text)


def is_alert(frame: pd.DataFrame) -> pd.Series[bool]:
    """Return which pairs meet the alert rule; a table without one has none."""
    if "alert" not in frame.columns:
        return pd.Series(False, index=frame.index)
    return frame["alert"].str.lower().isin(("true", "1", "yes", "alert"))
