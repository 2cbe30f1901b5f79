"""Read a long table in order, a page at a time, in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from workbench.challenge.store.tables import event

_ROWS = 1000


def rows_by_seq(
    connection: Connection, table: Table, columns: list[str], *, after: int = 0, where: Any = None
) -> Iterator[Row[Any]]:
    """Yield the rows of a table by ``seq``, which must be one of the columns."""
    wanted = select(*(table.c[name] for name in columns)).order_by(table.c.seq).limit(_ROWS)
    if where is not None:
        wanted = wanted.where(where)
    place = columns.index("seq")
    while page := connection.execute(wanted.where(table.c.seq > after)).all():
        yield from page
        after = page[-1][place]


def event_lines(
    connection: Connection, *, after: int = 0, challenge: str | None = None
) -> Iterator[Row[Any]]:
    """Yield seq, kind, challenge, time and line of the events in order."""
    where = None if challenge is None else event.c.challenge == challenge
    columns = ["seq", "kind", "challenge", "at", "line"]
    return rows_by_seq(connection, event, columns, after=after, where=where)
