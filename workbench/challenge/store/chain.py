"""Follow the chain of events through the rows of the table that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.audit.heads import NO_HEAD, Head
from workbench.audit.record import START, Link, hash_of_next, read_link
from workbench.audit.verify import against_head
from workbench.challenge.store.events import ClockCorrected
from workbench.challenge.store.lines import Event, read_event
from workbench.challenge.store.pages import EventRow
from workbench.errors import Problem

if TYPE_CHECKING:
    from workbench.challenge.store.store import Store

_BACKUP = "restore the event log from a backup"


class Chain:
    """Where a walk along the events stands.

    Attributes:
        count: Events read.
        seq: Number of the last row.
        prev: Hash of the last record; empty after one that cannot be read.
        unread: First and last number of the records that the last step did not get to read.
        at_head: Hash of the record at the head's number.
        problems: What was found.
    """

    def __init__(self, head: Head | None = None) -> None:
        self.head = head or NO_HEAD
        self.count = self.seq = 0
        self.prev = START.hash
        self.unread: tuple[int, int] | None = None
        self.at_head = START.hash if self.head.count == 0 else ""
        self.problems: list[Problem] = []
        self._at = ""

    def follow(self, row: EventRow) -> Event | None:
        """Check the next row; return its event, or None where it cannot be trusted."""
        seq, kind, challenge, at, line = row
        self.count += 1
        if type(seq) is not int or not isinstance(line, str):  # SQLite keeps what it is given
            self._found("altered", "number or record are of another type", str(seq))
            self.prev = "" if type(seq) is int else self.prev
            self.seq = seq if type(seq) is int else self.seq
            self.unread = (self.seq, self.seq)
            return None
        first = self.seq + 1
        content = line.encode()
        digest = hash_of_next(content, Link(self.seq, "", self.prev)) if seq == first else None
        event = self._read(seq, line) if digest or self._diagnose(seq, content) else None
        self.seq = seq
        if digest:
            self.prev = digest
        if seq == self.head.count:
            self.at_head = self.prev
        last = seq if event is None else seq - 1
        self.unread = (first, last) if first <= last else None
        if event is not None:
            if event.kind != kind or event.challenge != challenge or event.at != at:
                self._differs(event)
            if event.at < self._at and event.kind != ClockCorrected.kind:
                self._found("time-runs-back", f"{event.at} comes after {self._at}", seq)
            self._at = event.at
        return event

    def _diagnose(self, seq: int, line: bytes) -> bool:
        """Say why a record does not continue the chain; return whether it is intact itself."""
        gap = seq - self.seq - 1
        if gap:
            message = f"{gap} record(s) removed between {self.seq} and {seq}"
            self._found("removed", message, seq)
        link = read_link(line)
        before, self.prev = self.prev, ""
        if link is None:
            self._found("altered", "the record was changed after it was written", seq)
            return False
        if link.seq != seq:
            self._found("reordered", f"record {link.seq} stands here", seq)
            return False
        if before and not gap:
            message = f"does not continue record {seq - 1}: one of them is forged"
            self._found("altered", message, seq)
        self.prev = link.hash
        return True

    def _read(self, seq: int, line: str) -> Event | None:
        """Return the event of an intact record."""
        try:
            return read_event(line)
        except (ValueError, KeyError, TypeError):
            self._found("altered", "the record is no event", seq)
            return None

    def _differs(self, event: Event) -> None:
        """Note that a row's columns do not say what its record says."""
        said = f"kind {event.kind}, challenge {event.challenge}, at {event.at}"
        message = f"the columns differ from the record: {said}"
        self._found("column-changed", message, event.seq)

    def _found(self, code: str, message: str, seq: int | str) -> None:
        self.problems.append(Problem(code, message, f"event {seq}", _BACKUP))


def against_kept_head(store: Store, chain: Chain, head: Head | None) -> Iterator[Problem]:
    """Yield where the log disagrees with the head kept elsewhere."""
    for path, lost in store.heads.lost():
        message = f"a log of {lost.count} record(s) is missing; only its head is left"
        yield Problem("log-removed", message, str(path), "restore the store from a backup")
    for problem in against_head(chain.seq, chain.at_head, head, "events"):
        if problem.code != "ahead-of-head":
            yield problem
    if head is not None and store.place.is_file and chain.seq > head.count:
        # On PostgreSQL other machines write, each with a head of its own: there it means nothing.
        message = (
            f"the log ends with record {chain.seq}, its head counts {head.count}: a crash leaves "
            "this and the next event mends it, or records were added by hand"
        )
        yield Problem("ahead-of-head", message, "events", "look at the last events")
