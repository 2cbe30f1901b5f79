"""The tables as the events alone say they are, now or at any earlier moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from workbench.audit.record import timestamp
from workbench.challenge.store.change import Change
from workbench.challenge.store.events import PhaseScored
from workbench.challenge.store.lines import Event
from workbench.challenge.store.projection import changes
from workbench.challenge.store.store import Store
from workbench.challenge.store.tables import PROJECTED, key_columns, projected_columns
from workbench.challenge.store.tables import event as events

Key = tuple[str, ...]
Rows = dict[Key, dict[str, Any]]

COLUMNS = {name: projected_columns(table) for name, table in PROJECTED.items()}
KEYS = {name: key_columns(table) for name, table in PROJECTED.items()}

_EMPTY: dict[str, dict[str, Any]] = {name: dict.fromkeys(names) for name, names in COLUMNS.items()}


class Tables(dict[str, Rows]):
    """Rows of every projected table by key, in the order they were made.

    >>> Tables()["submission"]
    {}

    Attributes:
        selected: The submissions that were selected for a phase when it was scored once, by
            challenge and phase: what else has a score on it does not count.
    """

    def __init__(self) -> None:
        super().__init__({name: {} for name in PROJECTED})
        self.selected: dict[tuple[str, str], frozenset[str]] = {}

    def add(self, event: Event) -> None:
        """Change the rows an event changes.

        Raises:
            KeyError: It changes a row that is absent, or its payload misses a field.
            ValueError: It makes a row that is there.
        """
        for change in changes(event):
            apply(self[change.table], change)
        if event.kind == PhaseScored.kind:
            phase = event.scope, str(event.payload["phase"])
            self.selected[phase] = frozenset(event.payload["submissions"])


def apply(rows: Rows, change: Change) -> None:
    """Change one row of a table in memory; see :meth:`Tables.add` for the errors."""
    if change.how == "insert" and change.key in rows:
        raise ValueError(f"{change.table} {change.key} is there already")
    if change.how == "update" or change.key in rows:
        rows[change.key].update(change.values)
        return
    row = _EMPTY[change.table].copy()
    row.update(zip(KEYS[change.table], change.key))  # noqa: B905 - a million times
    row.update(change.values)
    rows[change.key] = row


def rebuild(
    store: Store, *, until: datetime | int | None = None, challenge: str | None = None
) -> Tables:
    """Return the tables as the events say they are.

    The same events give the same rows on every machine and database, so that a board made from
    them ``until`` a day is, to the bit, the one that was shown that day.

    Args:
        store: The store.
        until: A moment with its zone, or the number of an event; both belong to what is taken.
            None: now.
        challenge: Only this challenge's events, and those of the whole store.
    """
    tables = Tables()
    last = _last_until(store, until) if isinstance(until, datetime) else until
    for event in store.events(challenge=challenge):
        if last is not None and event.seq > last:
            break
        tables.add(event)
    return tables


def _last_until(store: Store, moment: datetime) -> int:
    """Return the number of the last event that had happened at a moment; 0 before the first.

    Time goes back where a clock that was ahead was corrected: what it had recorded by then, under
    later times, had happened too.
    """
    query = select(func.max(events.c.seq)).where(events.c.at <= timestamp(moment))
    with store.reading() as connection:
        return connection.scalar(query) or 0
