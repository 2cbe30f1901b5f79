"""Parts a section is made of: sentences, figures, tables. The template draws each kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

from workbench.report.tables import Table

Kind = Literal["text", "note", "notice", "list", "figures", "table", "folded", "facts"]


@dataclass(frozen=True)
class Drawn:
    """A picture on a page.

    Attributes:
        title: Heading, empty for none.
        svg: The picture.
        caption: How to read it.
        csv: File of the rows behind it, below ``plots``.
    """

    title: str
    svg: Markup
    caption: str
    csv: str


@dataclass(frozen=True)
class Block:
    """One part of a section.

    Attributes:
        kind: How it is drawn.
        content: What is drawn.
    """

    kind: Kind
    content: Any


def text(words: str) -> Block:
    """Return a sentence."""
    return Block("text", words)


def note(words: str) -> Block:
    """Return a quiet sentence."""
    return Block("note", words)


def notice(words: str) -> Block:
    """Return a sentence nobody should miss."""
    return Block("notice", words)


def listed(words: Iterable[str]) -> Block:
    """Return sentences as a list."""
    return Block("list", list(words))


def figures(drawn: Sequence[Drawn]) -> Block:
    """Return pictures beside each other where there is room."""
    return Block("figures", list(drawn))


def shown(table: Table) -> Block:
    """Return a table."""
    return Block("table", table)


def folded(table: Table) -> Block:
    """Return a table that opens on demand, and in print."""
    return Block("folded", table)


def facts(table: Table) -> Block:
    """Return names and values."""
    return Block("facts", table)
