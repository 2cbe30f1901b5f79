"""Tables without a header: columns by position, which the content of the cells must prove."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from workbench.errors import DataError, Problem

from .delimited import MOST_NAMED, ragged_lines, stated_encoding, text_of
from .ledger import Ledger


def read_headerless(
    path: Path | str, names: Sequence[str], patterns: dict[str, str], ledger: Ledger, table: str
) -> pd.DataFrame:
    """Return a tab-separated file that has no header, once its content proves its columns.

    Args:
        path: The file.
        names: Its columns, in order.
        patterns: Regular expression that every cell of a column must match whole.
        ledger: Where the encoding is noted.
        table: Name of the table.

    Raises:
        DataError: ``wrong-field-count``, or ``changed-layout``: cells of another kind.
    """
    path = Path(path)
    lines = path.read_text(encoding=stated_encoding(path, ledger, table)).split("\n")
    rows = [line.rstrip("\r").split("\t") for line in lines if line.strip("\r")]
    wrong = [(n, len(row)) for n, row in enumerate(rows, 1) if len(row) != len(names)]
    if wrong:
        raise ragged_lines(wrong[:MOST_NAMED], len(wrong), len(names), path)
    frame = pd.DataFrame(rows, columns=list(names), dtype="object").apply(text_of)
    problems = [p for name in patterns for p in _strange(frame[name], patterns[name], path)]
    if problems:
        raise DataError(f"the layout is not that of {table}", where=str(path), problems=problems)
    ledger.start(table, len(frame))
    return frame


def _strange(cells: pd.Series, pattern: str, path: Path | str) -> list[Problem]:
    """Return the cells of a column that are not of its kind, as one problem."""
    wrong = cells[~cells.fillna("").str.fullmatch(pattern)]
    if wrong.empty:
        return []
    message = f"{len(wrong)} cells such as '{wrong.iloc[0]}', expected {pattern}"
    place = f"{path}, line {wrong.index[0] + 1}, column {cells.name}"
    return [Problem("changed-layout", message, place, "check the columns of this version")]
