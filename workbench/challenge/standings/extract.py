"""The part of an event log that a challenge follows from, as a file that proves itself.

Records of the challenge stand as they were hashed. Records of others, and those about members and
tokens, are cut to number and hashes: the chain can be followed from the first record to the head,
and nothing is given away. So are the scores of the sets before the last opt-out: with the new ones
they would be equations in the answers and labels of the person who left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, select

from workbench.audit.record import Link, read_link
from workbench.challenge.store.events import ScoreSetOpened
from workbench.challenge.store.lines import Event, read_event
from workbench.challenge.store.pages import event_lines
from workbench.challenge.store.rebuild import Tables
from workbench.challenge.store.tables import event as events
from workbench.errors import Problem

SCORES = ("submission-scored", "score-overridden")
LEFT_OUT = ("token-issued", "token-revoked", "member-added")
LEFT_OUT_MARK = '"left_out":true'
_REMEDY = "get the report again from whoever published it"


def extract(connection: Connection, challenge: str, until: int) -> Iterator[str]:
    """Yield the lines of a challenge's extract, each with its line break.

    Args:
        connection: Of the store.
        challenge: Id of the challenge.
        until: Number of the last event.
    """
    begun, hidden = False, _sets_before_an_opt_out(connection, challenge, until)
    for seq, kind, of_challenge, _, line in event_lines(connection):
        if seq > until:
            return
        own = of_challenge == challenge
        begun = begun or own
        if not begun:
            continue
        gone = kind in SCORES and read_event(line).payload["score_set"] in hidden
        if own and kind not in LEFT_OUT and not gone:
            yield line
            continue
        link = read_link(line.encode())
        if link is not None:
            yield _cut(link)


def _sets_before_an_opt_out(connection: Connection, challenge: str, until: int) -> set[str]:
    """Return the score sets that were made with a person who has left since."""
    opened = (events.c.challenge == challenge, events.c.kind == ScoreSetOpened.kind)
    query = select(events.c.line).where(*opened, events.c.seq <= until).order_by(events.c.seq)
    sets = [read_event(line).payload for line in connection.scalars(query)]
    last = max((i for i, one in enumerate(sets) if one["cause"] == "opt-out"), default=0)
    return {one["score_set"] for one in sets[:last]}


def follow(lines: Iterable[str], head: Link | None = None) -> tuple[Tables, Link, list[Problem]]:
    """Return the tables an extract makes, its last link, and what is wrong with it.

    Args:
        lines: The extract.
        head: What the last record must be.
    """
    tables, problems = Tables(), []
    last: Link | None = None
    for number, line in enumerate(lines, start=1):
        link, event = _read(line)
        where = f"events.jsonl, line {number}"
        if link is None:
            problems.append(
                _problem("altered", "the record was changed after it was written", where)
            )
            continue
        if last is not None and (link.seq, link.prev) != (last.seq + 1, last.hash):
            message = f"record {link.seq} does not continue record {last.seq}"
            problems.append(_problem("broken-chain", message, where))
        last = link
        if event is None:
            continue
        try:
            tables.add(event)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            message = f"a {event.kind} that does not fit: {type(error).__name__} {error}"
            problems.append(_problem("altered", message, where))
    last = last or Link(0, "", "")
    if head is not None and (last.seq, last.hash) != (head.seq, head.hash):
        message = f"the log ends with record {last.seq} {last.hash[:12]}, the head says {head.seq}"
        problems.append(_problem("cut", f"{message} {head.hash[:12]}", "events.jsonl"))
    return tables, last, problems


def _read(line: str) -> tuple[Link | None, Event | None]:
    """Return a line's link, None where it is not intact, and the event of a whole record."""
    link = read_link(line.encode())
    try:
        if link is not None:
            return link, read_event(line)
        cut = json.loads(line)
        found = Link(int(cut["seq"]), str(cut["prev"]), str(cut["hash"]))
        if line == _cut(found):
            return found, None
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    return None, None


def _cut(link: Link) -> str:
    """Return the line of a record that is left out."""
    cut = {"seq": link.seq, "left_out": True, "prev": link.prev, "hash": link.hash}
    return json.dumps(cut, separators=(",", ":")) + "\n"


def _problem(code: str, message: str, where: str) -> Problem:
    return Problem(code, message, where, _REMEDY)
