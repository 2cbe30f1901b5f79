"""Prove that a store is what its events say: the chain, the head elsewhere, every row, every file.

Events and rows are read in step, ordered by number. A row leaves memory when the last event that
changed it has passed, so that a log of any length is checked in the memory of what was in flux.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from workbench.audit.heads import Head
from workbench.challenge.store.chain import Chain, against_kept_head
from workbench.challenge.store.compare import Comparison
from workbench.challenge.store.engine import file_lock
from workbench.challenge.store.files import get_file
from workbench.challenge.store.head import last_link
from workbench.challenge.store.pages import event_lines
from workbench.challenge.store.store import Store
from workbench.challenge.store.tables import file, submission
from workbench.errors import DataError, Problem


@dataclass(frozen=True)
class Verification:
    """What a check found.

    Attributes:
        events: How many events were read.
        hash: Hash of the last one: with ``events``, the head.
        problems: Everything that is wrong; empty when the store is whole.
    """

    events: int
    hash: str
    problems: list[Problem]


def verify(store: Store) -> Verification:
    """Check a store from its first event to its last row.

    Codes: ``altered``, ``removed``, ``reordered``, ``column-changed``, ``time-runs-back`` (events);
    ``cut``, ``rewritten``, ``ahead-of-head``, ``head-missing``, ``log-removed`` (the head kept
    elsewhere); ``row-changed``, ``row-missing``, ``row-without-event`` (the tables against the
    events); ``file-changed``, ``file-missing``.

    Raises:
        DataError: The store or its head cannot be read.
    """
    with store.reading() as connection:
        head = _head_and_snapshot(store, connection)
        chain, comparison = Chain(head), Comparison(connection)
        for row in event_lines(connection):
            event = chain.follow(row)
            if chain.unread is not None:
                comparison.blind(*chain.unread)
            if event is not None:
                comparison.follow(event)
        problems = [*chain.problems, *against_kept_head(store, chain, head)]
        problems += [*comparison.finish(), *_file_problems(connection)]
    return Verification(chain.count, chain.prev, problems)


def _head_and_snapshot(store: Store, connection: Connection) -> Head | None:
    """Return the head as it stood when the connection's view of the store began."""
    with file_lock(store.lock):
        head = store.heads.read()
        try:
            last, _ = last_link(connection)
        except DataError:  # the last event was altered: the check says so itself
            return head
    if head is None and store.place.is_file and last.seq:
        head = store.heads.read_moved(last)
    return head


def _file_problems(connection: Connection) -> Iterator[Problem]:
    """Yield the files whose bytes are not those of their digest, and those that are gone."""
    last = ""
    page = select(file.c.digest).order_by(file.c.digest).limit(1000)
    while digests := connection.scalars(page.where(file.c.digest > last)).all():
        for digest in digests:
            try:
                get_file(connection, digest)
            except DataError as error:
                yield Problem("file-changed", error.message, error.where, _BACKUP)
        last = digests[-1]
    absent = select(submission.c.id, submission.c.digest).where(
        ~select(file.c.digest).where(file.c.digest == submission.c.digest).exists()
    )
    for row in connection.execute(absent.order_by(submission.c.received_seq)):
        where = f"submission {row.id}"
        yield Problem("file-missing", f"the file {row.digest} is gone", where, _BACKUP)


_BACKUP = "restore it from a backup"
