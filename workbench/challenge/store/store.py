"""A store: what an organiser keeps of challenges, for as long as they run and after."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from workbench.audit import actor as account
from workbench.audit.heads import Head
from workbench.audit.record import Link
from workbench.challenge.store import migrate
from workbench.challenge.store.clock import Clock, time_after, time_of_next
from workbench.challenge.store.engine import (
    make_engine,
    read_transaction,
    write_ahead,
    write_transaction,
)
from workbench.challenge.store.events import ClockCorrected
from workbench.challenge.store.head import heads_of, keep_head, last_link, lock_of, settle
from workbench.challenge.store.lines import Event, read_event
from workbench.challenge.store.pages import event_lines
from workbench.challenge.store.places import Place
from workbench.challenge.store.transaction import Transaction


class Store:
    """An open store. Threads may share it; a process that forks opens its own.

    Attributes:
        place: Where it lies.
        clock: Where its time comes from.
    """

    def __init__(self, place: Place, clock: Clock) -> None:
        self.place = place
        self.clock = clock
        self.heads = heads_of(place)
        self.lock = lock_of(place, self.heads)
        self._engine = make_engine(place)
        self._held = threading.local()

    def __repr__(self) -> str:
        return f"Store({str(self.place)!r})"

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees the store at one moment, whoever writes meanwhile."""
        with read_transaction(self._engine, self.place) as connection:
            yield connection

    @contextmanager
    def writing(self, actor: str | None = None) -> Iterator[Transaction]:
        """Hold the store for writing; everything in the block lasts, or nothing does.

        Writers wait for each other, so a block is short: check and compute before it. Once it has
        ended, its events and the log's head are on disk.

        Args:
            actor: In whose name; ``WORKBENCH_ACTOR`` or the login name where not given.

        Raises:
            DataError: The store cannot be written, its clock was set back, or its log was changed
                by a hand; nothing was recorded.
            HeadNotKept: Everything was recorded, only the head elsewhere could not be moved on.
        """
        with self._write(actor) as transaction:
            yield transaction

    def now(self) -> datetime:
        """Return the store's time, which never runs back.

        Raises:
            DataError: The clock was set back behind the last event.
        """
        with self.reading() as connection:
            return time_after(last_link(connection)[1], self.clock)

    def head(self) -> Link:
        """Return number and hash of the last event."""
        with self.reading() as connection:
            return last_link(connection)[0]

    def kept_head(self) -> Head | None:
        """Return the head kept in the folder of heads."""
        return self.heads.read()

    def events(self, *, after: int = 0, challenge: str | None = None) -> Iterator[Event]:
        """Yield the events in order, unverified.

        Args:
            after: Leave out the events up to this number.
            challenge: Only this challenge's.
        """
        with self.reading() as connection:
            for *_, line in event_lines(connection, after=after, challenge=challenge):
                yield read_event(line)

    def correct_clock(self, reason: str, actor: str | None = None) -> Event:
        """Record that the last event's time was ahead, and let time go on from the clock's.

        Every other write refuses a clock that is behind the last event; this one accepts it, in
        an organiser's name.
        """
        with self._write(actor, corrects_clock=True) as transaction:
            before = last_link(transaction.connection)[1] or transaction.at
            return transaction.append(ClockCorrected(before=before, reason=reason))

    def migrate(self) -> None:
        """Bring the tables up to date; several processes may try at once."""
        write_ahead(self._engine, self.place, self.lock)
        with write_transaction(self._engine, self.place, self.lock, _nothing) as connection:
            if migrate.check_revision(migrate.revision_of(connection), str(self.place)):
                migrate.upgrade(connection)

    @contextmanager
    def _write(self, actor: str | None, *, corrects_clock: bool = False) -> Iterator[Transaction]:
        """Hold the store for writing, check its head, then move the head on."""
        if getattr(self._held, "writes", False):
            raise RuntimeError("this thread already holds the store for writing")
        self._held.writes = True
        held: list[Transaction] = []
        try:
            keep = partial(self._keep, held)
            with write_transaction(self._engine, self.place, self.lock, keep) as connection:
                last, before = last_link(connection)
                found = settle(connection, self.place, self.heads, last)
                now = self.clock.now() if corrects_clock else time_of_next(before, self.clock)
                transaction = Transaction(connection, now, actor or account(), last)
                if found:
                    transaction.append(found)
                held.append(transaction)
                yield transaction
        finally:
            self._held.writes = False

    def _keep(self, held: list[Transaction]) -> None:
        """Keep the head of a transaction that was committed."""
        for transaction in held:
            if transaction.last.seq:
                keep_head(self.heads, transaction.last)


def _nothing() -> None:
    """Do nothing: the tables have no head."""
