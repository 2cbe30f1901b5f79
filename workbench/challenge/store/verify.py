"""Prove that a store is what its events say: the chain, the head elsewhere, every row, every file.

Events and rows are read in step, ordered by number. A row leaves memory when the last event that
changed it has passed, so that a log of any length is checked in the memory of what was in flux.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection

from workbench.audit.heads import Head
from workbench.challenge.store.beside import Beside
from workbench.challenge.store.chain import Chain, against_kept_head
from workbench.challenge.store.compare import Comparison
from workbench.challenge.store.engine import file_lock
from workbench.challenge.store.head import last_link
from workbench.challenge.store.pages import event_lines
from workbench.challenge.store.queued import queue_problems
from workbench.challenge.store.store import Store
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
    events); ``token-changed``; ``file-changed``, ``file-missing``, ``file-without-event``;
    ``job-missing``, ``job-without-cause`` (the queue).

    Raises:
        DataError: The store or its head cannot be read.
    """
    with store.reading() as connection:
        head = _head_and_snapshot(store, connection)
        chain, comparison, beside = Chain(head), Comparison(connection), Beside()
        for row in event_lines(connection):
            event = chain.follow(row)
            if chain.unread is not None:
                comparison.blind(*chain.unread)
            if event is not None:
                comparison.follow(event)
                beside.follow(event)
        problems = [*chain.problems, *against_kept_head(store, chain, head), *comparison.finish()]
        problems += beside.finish(connection, all_read=not chain.problems)
        if not problems:  # the queue is held against the tables: they must be right
            problems += queue_problems(connection)
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
