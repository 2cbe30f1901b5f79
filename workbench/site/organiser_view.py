"""What the organiser's page shows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from shlex import quote
from typing import Any

from starlette.requests import Request

from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.teams import teams_of
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.overview import phase_lines
from workbench.server.host import host_of
from workbench.server.routes import oversight as api
from workbench.site.visitors import Visitor

EVENTS = 50
_HERE = "--store STORE --labels LABELS"
"""Places are left to fill in: they are the host's to know, and one may hold a password."""
_MOST = 4000
_ABOUT = ("submission", "team", "phase", "score_set", "value", "code", "prefix", "scope", "name")


@dataclass(frozen=True)
class EventLine:
    """An event as a line: what it is about in short, and all of it as JSON where that is more."""

    seq: int
    at: str
    actor: str
    kind: str
    about: str
    more: str


def organiser_values(
    request: Request, challenge: str, visitor: Visitor, after: int | None
) -> dict[str, Any]:
    """Return what the organiser's page shows.

    Args:
        request: What is answered.
        challenge: Id of the challenge.
        visitor: The organiser.
        after: Number of the event before the first that is shown; the last ones by default.
    """
    host = host_of(request)
    head = host.store.head()
    begin = max(0, head.seq - EVENTS) if after is None else after
    found = api.queue(request, challenge, visitor.principal)
    events = api.events(request, challenge, visitor.principal, begin, EVENTS)
    with host.store.reading() as connection:
        card = card_of(connection, challenge)
        names = {team.team: team.name for team in teams_of(connection, challenge)}
        closed = challenge_row(connection, challenge).closed_at
    last = events[-1].seq if events else begin
    return {
        "card": card,
        "closed": closed,
        "rescore_command": rescore_command(challenge),
        "close_command": f"workbench challenge close {challenge} {_HERE} --publish FOLDER",
        "queue": found.waiting,
        "failures": found.failures,
        "teams": names,
        "phases": phase_lines(host.store, challenge),
        "events": [
            EventLine(one.seq, one.at, one.actor, one.kind, *_written(one.payload))
            for one in reversed(events)
        ],
        "head": head,
        "earlier": max(0, begin - EVENTS) if begin > 0 else None,
        "later": last if last < head.seq and after is not None else None,
    }


def rescore_command(challenge: str, cause: str = "", reason: str = "REASON") -> str:
    """Return the command of a real rescore, as a shell reads it; it is run where the store is.

    >>> rescore_command("demo", "labels", "a slide; again").partition("LABELS ")[2]
    "--cause labels --reason 'a slide; again'"
    """
    named = {"": "CAUSE", "metric-version": "--metric-version NAME", "card": "--card FILE"}
    what = named.get(cause, f"--cause {cause}")
    return f"workbench rescore --challenge {challenge} {_HERE} {what} --reason {quote(reason)}"


def _written(payload: dict[str, Any]) -> tuple[str, str]:
    """Return a payload in short, and as JSON where the short form leaves something out.

    >>> _written({"submission": "s-1", "sheet": "{...}", "reason": "late"})[0]
    'submission s-1, reason: late'
    """
    named = {name: payload[name] for name in _ABOUT if payload.get(name) is not None}
    about = ", ".join(f"{name} {value}" for name, value in named.items())
    if payload.get("reason"):
        about = f"{about}, reason: {payload['reason']}".lstrip(", ")
    more = {name: value for name, value in payload.items() if name not in (*named, "reason")}
    text = json.dumps(more, ensure_ascii=False, sort_keys=True, indent=1) if more else ""
    return about, text if len(text) <= _MOST else f"{text[:_MOST]}…"
