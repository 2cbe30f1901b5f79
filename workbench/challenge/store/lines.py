"""An event as a line of the chain, and back."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, NamedTuple

from pydantic_core import from_json

from workbench.audit.record import Link, write_line
from workbench.challenge.store.events import Payload


class Event(NamedTuple):
    """One thing that happened in a store.

    Attributes:
        seq: Its number, from 1.
        at: When, UTC with microseconds and Z.
        actor: Who: an account of the organiser's, a team or a token.
        kind: What, one of ``events.PAYLOADS``.
        challenge: Where; None for the whole store.
        payload: The fields of its kind, as JSON values.
    """

    seq: int
    at: str
    actor: str
    kind: str
    challenge: str | None
    payload: dict[str, Any]

    @property
    def scope(self) -> str:
        """The challenge, empty for the whole store."""
        return self.challenge or ""


def write_event(
    payload: Payload, *, actor: str, challenge: str | None, at: str, after: Link
) -> tuple[str, Event, Link]:
    """Return an event's line, the event, and its link in the chain."""
    record = {
        "actor": actor,
        "kind": payload.kind,
        "challenge": challenge,
        "payload": payload.model_dump(mode="json"),
    }
    line, link = write_line(record, after, at)
    text = line.decode("ascii")
    return text, read_event(text), link


def read_event(line: str) -> Event:
    """Return the event in a line, unverified.

    Raises:
        ValueError, KeyError, TypeError: The line is no event.
    """
    return Event._make(_FIELDS(from_json(line)))


_FIELDS = itemgetter("seq", "ts", "actor", "kind", "challenge", "payload")
