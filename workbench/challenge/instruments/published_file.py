"""Reads a published results table as it is printed: CSV, or a Markdown table in a page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.challenge.ranking.long_file import read_long_file
from workbench.errors import DataError
from workbench.scoring.files import read_file

_RULE = set("|-: ")


def read_published(path: Path) -> pd.DataFrame:
    """Return a published table, all cells as text so that trailing zeros stay.

    Args:
        path: A CSV file, or a ``.md`` file, of which the first table is taken; stars and back ticks
            around a cell are left out.

    Raises:
        DataError: The file is absent or holds no table, or rows of different lengths.
    """
    if path.suffix.lower() not in (".md", ".markdown"):
        return read_long_file(path)
    rows = _first_table(read_file(path).decode("utf-8", errors="replace").splitlines())
    if len(rows) < 2:
        raise DataError("there is no table with a row", where=str(path))
    odd = [row for row in rows if len(row) != len(rows[0])]
    if odd:
        raise DataError(
            f"a row has {len(odd[0])} cells, the header {len(rows[0])}: {' | '.join(odd[0])}",
            where=str(path),
        )
    return pd.DataFrame(rows[1:], columns=rows[0])


def _first_table(lines: list[str]) -> list[list[str]]:
    """Return the cells of the first Markdown table, its rule left out."""
    rows: list[list[str]] = []
    for line in lines:
        text = line.strip()
        if not text.startswith("|"):
            if rows:
                break
            continue
        if set(text) > {"|"} and set(text) <= _RULE:
            continue
        rows.append([cell.strip().strip("*`") for cell in text.strip("|").split("|")])
    return rows
