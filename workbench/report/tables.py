"""Tables of a page: columns, rows and a caption, drawn by one template macro."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table for reading.

    Attributes:
        caption: What it shows; read out by screen readers.
        columns: Headings.
        rows: Cells as text; the first cell of a row is its heading.
        numeric: Indices of columns set flush right with even digits.
        note: A line under the table.
    """

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numeric: frozenset[int] = frozenset()
    note: str = ""


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numeric: Iterable[int] = (),
    note: str = "",
) -> Table:
    """Return a table; see :class:`Table`."""
    return Table(caption, columns, list(rows), frozenset(numeric), note)
