"""Follow the chain of events through the rows of the table that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from workbench.audit.heads import NO_HEAD, Head
from workbench.audit.record import GENESIS, read_link
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
        self.prev = GENESIS
        self.unread: tuple[int, int] | None = None
        self.at_head = GENESIS if self.head.count == 0 else ""
        self.problems: list[Problem] = []
        self._at = ""

    def follow(self, row: EventRow) -> Event | None:
        """Check the next row; return its event, or None where it cannot be trusted."""
        seq, kind, challenge, at, line = row
        first = self.seq + 1
        self.count += 1
        event = self._read(seq, line) if self._check(seq, line, seq - first) else None
        last = seq if event is None else seq - 1
        self.unread = (first, last) if first <= last else None
        if event is not None:
            self._compare(event, kind, challenge, at)
        return event

    def _check(self, seq: int, line: str, gap: int) -> bool:
        """Check that a record continues the chain; return whether it is intact."""
        if gap:
            between = f"between {self.seq} and {seq}"
            self._found("removed", f"{gap} record(s) removed {between}", seq)
        link = read_link(line.encode())
        before, self.seq, self.prev = self.prev, seq, ""
        if link is None:
            self._found("altered", "the record was changed after it was written", seq)
            return False
        number, prev, digest = link
        if number != seq:
            self._found("reordered", f"record {number} stands here", seq)
            return False
        if prev != before and before and not gap:
            message = f"does not continue record {seq - 1}: one of them is forged"
            self._found("altered", message, seq)
        self.prev = digest
        if seq == self.head.count:
            self.at_head = digest
        return True

    def _read(self, seq: int, line: str) -> Event | None:
        """Return the event of an intact record."""
        try:
            return read_event(line)
        except (ValueError, KeyError, TypeError):
            self._found("altered", "the record is no event", seq)
            return None

    def _compare(self, event: Event, kind: str, challenge: str | None, at: str) -> None:
        """Check that the row's columns say what the record says, and that time goes on."""
        if event.kind != kind or event.challenge != challenge or event.at != at:
            said = f"kind {event.kind}, challenge {event.challenge}, at {event.at}"
            message = f"the columns differ from the record: {said}"
            self._found("column-changed", message, event.seq)
        if event.at < self._at and event.kind != ClockCorrected.kind:
            self._found("time-runs-back", f"{event.at} comes after {self._at}", event.seq)
        self._at = event.at

    def _found(self, code: str, message: str, seq: int) -> None:
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
