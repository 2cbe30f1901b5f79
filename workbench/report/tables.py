"""Tables of a page: columns, rows and a caption, drawn by one template macro."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup


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


def joined(parts: Iterable[str], between: str = "; ") -> str:
    """Return texts in one cell, empty ones left out; what was marked as English stays marked.

    >>> joined(["a<b", "", Markup("<i>c</i>")])
    Markup('a&lt;b; <i>c</i>')
    >>> joined(["a<b", "c"])
    'a<b; c'
    """
    shown = [part for part in parts if part]
    marked = any(isinstance(part, Markup) for part in shown)
    return Markup(between).join(shown) if marked else between.join(shown)
