"""The head of a store's log, kept in another folder: what a writer checks and moves on.

A log that is shorter than its head, or holds another record at the head's number, was changed by a
hand: nothing more is written to it. A log that is further is what other machines wrote, or a crash
between log and head left.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, select

from workbench.audit import heads_folder
from workbench.audit.heads import Head, Heads
from workbench.audit.record import START, Link, read_link
from workbench.challenge.store.engine import not_reached
from workbench.challenge.store.events import HeadAdopted, LogMissing, Payload
from workbench.challenge.store.places import Place
from workbench.challenge.store.tables import event
from workbench.errors import DataError

_REMEDY = (
    "run `workbench audit verify --store PLACE`; then restore the store's latest backup, or move "
    "its head aside (keep it as evidence): the next event then records that the log was adopted"
)


class HeadNotKept(DataError):
    """What was asked for is recorded and lasts; only the head elsewhere could not be moved on."""


def heads_of(place: Place) -> Heads:
    """Return the head of a store, in the folder of heads (``WORKBENCH_AUDIT_HEADS``)."""
    return Heads(heads_folder(), place.name)


def lock_of(place: Place, heads: Heads) -> Path:
    """Return the file at which this machine's writers queue until the head is kept."""
    return place.lock if place.is_file else heads.folder / f"{heads.name}.lock"


def last_link(connection: Connection) -> tuple[Link, str | None]:
    """Return the link and the time of the last event; the start and None where there is none.

    Raises:
        DataError: The last event was altered.
    """
    newest = select(event.c.seq, event.c.at, event.c.line).order_by(event.c.seq.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        return START, None
    link = read_link(row.line.encode())
    if link is None or link.seq != row.seq:
        raise _refusal(f"record {row.seq}, its last, was altered")
    return link, str(row.at)


def settle(connection: Connection, place: Place, heads: Heads, last: Link) -> Payload | None:
    """Check a log against its head before something is written; return what to write first.

    A head that a crash or a full disk left behind is moved on first: at most one transaction is
    ever without its head.

    Raises:
        DataError: A hand changed the log, or the head could not be kept; nothing is written then.
    """
    head = heads.read()
    try:
        heads.check_writable()
    except OSError as error:
        raise not_reached(error, heads.file) from error
    if head is None:
        return _adopt(place, heads, last)
    if last.seq == 0:
        heads.set_aside(head)
        return LogMissing(count=head.count, hash=head.hash)
    if last.seq < head.count:
        raise _refusal(f"it ends with record {last.seq}, its head counts {head.count}")
    if _hash_at(connection, head, last) != head.hash:
        raise _refusal(f"record {head.count} is not the one its head names")
    if last.seq > head.count:
        _move_on(heads, last)
    return None


def keep_head(heads: Heads, link: Link) -> None:
    """Move the head on to a committed event; never back. The machine's writers queue meanwhile.

    Raises:
        HeadNotKept: The head cannot be written; the event is recorded all the same.
    """
    try:
        head = heads.read()
        if head is None or head.count < link.seq:
            _move_on(heads, link)
    except DataError as error:
        raise HeadNotKept(
            f"this is done and recorded (event {link.seq}), but its head was not kept: "
            f"{error.message}",
            where=error.where,
            remedy="do not do it again; make room or rights in the folder of heads: the next event "
            "keeps the head, and none is taken before",
        ) from error


def _move_on(heads: Heads, link: Link) -> None:
    """Write the head.

    Raises:
        DataError: It cannot be written.
    """
    try:
        heads.write(link)
    except OSError as error:
        raise not_reached(error, heads.file) from error


def _adopt(place: Place, heads: Heads, last: Link) -> Payload | None:
    """Find the head of a store that was moved with its folder, or take the log as it is."""
    if last.seq == 0:
        return None
    moved = heads.read_moved(last) if place.is_file else None
    if moved:
        _move_on(heads, last)
        heads.release(moved)
        return None
    if last.seq == 1 and place.is_file:
        return None  # a crash between the first event and its head
    return HeadAdopted(count=last.seq, hash=last.hash)


def _hash_at(connection: Connection, head: Head, last: Link) -> str | None:
    """Return the hash of the record at a head's number."""
    if head.count == last.seq:
        return last.hash
    line = connection.scalar(select(event.c.line).where(event.c.seq == head.count))
    link = read_link(line.encode()) if line else None
    return link.hash if link else None


def _refusal(what: str) -> DataError:
    return DataError(
        f"the event log was changed: {what}; nothing is written", where="event", remedy=_REMEDY
    )
