"""Compare the tables with what the events make of them, in step with the events."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from workbench.challenge.store.lines import Event
from workbench.challenge.store.pages import rows_by_seq
from workbench.challenge.store.projection import changes
from workbench.challenge.store.rebuild import COLUMNS, KEYS, Key, Rows, apply
from workbench.challenge.store.tables import PROJECTED
from workbench.errors import Problem

_REMEDY = "the events hold what is right; restore the row from a backup, or rebuild the tables"


class Comparison:
    """The rows that events have made and that the tables have not shown yet.

    A table's rows come ordered by ``seq``, the event that last changed them: when that event has
    passed, the row is compared and forgotten.
    """

    def __init__(self, connection: Connection) -> None:
        self._tables = {name: _Walk(connection, name) for name in PROJECTED}
        self._problems: list[Problem] = []
        self._unread: list[tuple[int, int]] = []
        self._unknown: set[tuple[str, Key]] = set()

    def follow(self, event: Event) -> None:
        """Take an event, then compare the rows it was the last to change."""
        try:
            for change in changes(event):
                walk = self._tables[change.table]
                if change.how == "update" and change.key not in walk.made:
                    self._absent(event, change.table, change.key)
                    continue
                apply(walk.made, change)
                walk.reach(event.seq, change.key)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            message = f"a {event.kind} that no store writes: {type(error).__name__} {error}"
            self._problems.append(Problem("altered", message, f"event {event.seq}", _REMEDY))

    def blind(self, first: int, last: int) -> None:
        """Say that what these events made is not known."""
        self._unread.append((first, last))

    def finish(self) -> Iterator[Problem]:
        """Yield all differences, once the last event has passed."""
        yield from self._problems
        for walk in self._tables.values():
            yield from self._left(walk)

    def _left(self, walk: _Walk) -> Iterator[Problem]:
        """Yield a table's differences, rows that no event explains, and rows that are missing."""
        yield from walk.problems
        walk.drain()
        for row in walk.extra:
            key = walk.key(row)
            made = walk.made.pop(key, None)
            if self._is_unread(row[walk.seq]) or (walk.name, key) in self._unknown:
                continue
            if made is not None:
                yield from walk.differences(made, row)
            else:
                message = "no event made this row as it is"
                where = f"{walk.name} {', '.join(map(str, key))}"
                yield Problem("row-without-event", message, where, _REMEDY)
        for key, made in walk.made.items():
            where = f"{walk.name} {', '.join(key)}"
            message = f"the row event {made['seq']} wrote is gone"
            yield Problem("row-missing", message, where, _REMEDY)

    def _absent(self, event: Event, table: str, key: Key) -> None:
        """Note an event that changes a row which, so the table says, had changed last before."""
        if self._unread:
            self._unknown.add((table, key))  # a record that cannot be read may have made it
        else:
            message = f"the row is not as event {event.seq} ({event.kind}) left it"
            where = f"{table} {', '.join(key)}"
            self._problems.append(Problem("row-changed", message, where, _REMEDY))

    def _is_unread(self, seq: Any) -> bool:
        return type(seq) is int and any(first <= seq <= last for first, last in self._unread)


class _Walk:
    """The walk along one table.

    Attributes:
        made: Rows made by events so far and not yet compared.
        extra: Rows whose number is not of an event that changed them.
        problems: Differences found.
    """

    def __init__(self, connection: Connection, name: str) -> None:
        self.name = name
        self.made: Rows = {}
        self.extra: list[tuple[Any, ...]] = []
        self.problems: list[Problem] = []
        self._keys = [COLUMNS[name].index(column) for column in KEYS[name]]
        self.seq = COLUMNS[name].index("seq")
        self._rows = rows_by_seq(connection, PROJECTED[name], COLUMNS[name])
        self._advance()

    def reach(self, seq: int, key: Key) -> None:
        """Compare the row an event changed, when it was the last to do so."""
        while self._next_seq < seq:
            self._pass_by()
        row = self._row
        if row is None or self._next_seq > seq:
            return
        made = self.made[key]
        if tuple(made.values()) != row:
            if key != self.key(row):
                self._pass_by()
                return
            self.problems += self.differences(made, row)
        del self.made[key]
        self._advance()

    def drain(self) -> None:
        """Take the rows after the last event as extra."""
        while self._row is not None:
            self._pass_by()

    def key(self, row: tuple[Any, ...]) -> Key:
        """Return a row's key."""
        return tuple([row[place] for place in self._keys])

    def _pass_by(self) -> None:
        """Take the next row as one that no event explains."""
        if self._row is not None:
            self.extra.append(self._row)
        self._advance()

    def _advance(self) -> None:
        self._row = next(self._rows, None)
        while self._row is not None and type(self._row[self.seq]) is not int:
            self.extra.append(self._row)  # SQLite keeps a text where a number belongs
            self._row = next(self._rows, None)
        self._next_seq = math.inf if self._row is None else self._row[self.seq]

    def differences(self, made: dict[str, Any], row: tuple[Any, ...]) -> Iterator[Problem]:
        """Yield the columns of a row that are not what the events say."""
        key = ", ".join(map(str, self.key(row)))
        for (column, right), found in zip(made.items(), row, strict=True):
            if right != found:
                message = f"holds {_short(found)}, the events say {_short(right)}"
                where = f"{self.name} {key}, column {column}"
                yield Problem("row-changed", message, where, _REMEDY)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
