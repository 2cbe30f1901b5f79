"""A writing transaction: events and the rows that follow from them, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Executable, Result, and_, insert, update
from sqlalchemy.exc import DBAPIError

from workbench.audit.record import Link, timestamp
from workbench.challenge.store.change import Change
from workbench.challenge.store.engine import breaks_integrity
from workbench.challenge.store.events import Payload
from workbench.challenge.store.lines import Event, write_event
from workbench.challenge.store.projection import changes
from workbench.challenge.store.tables import PROJECTED, event, key_columns
from workbench.errors import DataError


class Transaction:
    """What may be done while the store is held for writing.

    Attributes:
        connection: Reads, and writes to tables that follow from no event (``file``, ``job``).
        now: The time of everything in this transaction.
        actor: In whose name events are written where none is given.
        last: Link of the last event.
    """

    def __init__(self, connection: Connection, now: datetime, actor: str, last: Link) -> None:
        self.connection = connection
        self.now = now
        self.actor = actor
        self.last = last

    @property
    def at(self) -> str:
        """The time of this transaction as events and tables write it."""
        return timestamp(self.now)

    def new_id(self, letter: str) -> str:
        """Return an id for what the next event makes: ``s-000042`` by the event's number 42."""
        return f"{letter}-{self.last.seq + 1:06d}"

    def execute(self, statement: Executable, values: Any = None) -> Result[Any]:
        """Run a statement on this transaction's connection."""
        return self.connection.execute(statement, values)

    def append(
        self,
        payload: Payload,
        *,
        challenge: str | None = None,
        actor: str | None = None,
        secret: Mapping[str, Any] | None = None,
    ) -> Event:
        """Record an event and change the rows that follow from it.

        Args:
            payload: What happened.
            challenge: Where; None for the whole store.
            actor: Who; the transaction's actor where not given.
            secret: Values for the secret columns of the row the event makes.

        Returns:
            The event; it lasts once the transaction ends well.

        Raises:
            DataError: The event names a row that is absent, or makes one that is there already.
        """
        who = actor or self.actor
        line, done, self.last = write_event(
            payload, actor=who, challenge=challenge, at=self.at, after=self.last
        )
        row = {"seq": done.seq, "kind": done.kind, "challenge": challenge, "at": done.at}
        self.execute(insert(event), {**row, "line": line})
        for change in changes(done):
            self._change(change, secret or {}, done)
        return done

    def set_secret(self, table: str, key: str, **columns: Any) -> None:
        """Write secret columns of a row, such as ``host_detail`` of a submission.

        Raises:
            ValueError: A column follows from events.
            DataError: There is no such row.
        """
        target = PROJECTED[table]
        open_ = [name for name in columns if not target.c[name].info.get("secret")]
        if open_:
            raise ValueError(f"{', '.join(open_)} of {table} follows from events alone")
        (name,) = key_columns(target)
        statement = update(target).where(target.c[name] == key).values(**columns)
        if self.connection.execute(statement).rowcount != 1:
            raise DataError(f"there is no {table} '{key}'", where=table)

    def _change(self, change: Change, secret: Mapping[str, Any], done: Event) -> None:
        """Write one change; a change that does not fit ends the transaction."""
        table = PROJECTED[change.table]
        keys = dict(zip(key_columns(table), change.key, strict=True))
        where = and_(*(table.c[name] == value for name, value in keys.items()))
        named = f"{change.table} '{', '.join(change.key)}'"
        if change.how != "insert":
            statement = update(table).where(where).values(**change.values)
            if self.connection.execute(statement).rowcount:
                return
            if change.how == "update":
                raise DataError(f"there is no {named}", where=done.kind)
        try:
            self.execute(insert(table), {**keys, **change.values, **secret})
        except DBAPIError as error:
            if not breaks_integrity(error):
                raise
            raise DataError(
                f"{named} does not fit the store: it is there already, or names what is absent",
                where=done.kind,
                remedy="list what is there first",
            ) from error
