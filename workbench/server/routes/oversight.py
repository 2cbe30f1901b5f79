"""What an organiser looks at: the queue, the event log and its proof, twins among the answers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request

from workbench.challenge.instruments.duplicates import find_duplicates
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.permission import Principal, Resource, may
from workbench.challenge.store.verify import verify
from workbench.challenge.submissions.overview import failures, queue_lines
from workbench.server.auth import door
from workbench.server.host import host_of
from workbench.server.routes.names import ChallengeId, PhaseId
from workbench.server.routes.views import EventView, QueueView, VerificationView

ROUTER = APIRouter(tags=["organiser"])
Organising = Annotated[Principal, Depends(door("organise"))]
ReadingEvents = Annotated[Principal, Depends(door("read-event"))]
_LONG = ("resampled", "case_values", "case_units")


@ROUTER.get("/challenges/{challenge}/queue")
def queue(request: Request, challenge: ChallengeId, principal: Organising) -> QueueView:
    """Return what waits to be scored, and how many failed for which reason."""
    with host_of(request).store.reading() as connection:
        challenge_row(connection, challenge)
        waiting = [asdict(line) for line in queue_lines(connection, challenge)]
        return QueueView(waiting=waiting, failures=failures(connection, challenge))


@ROUTER.get("/challenges/{challenge}/events")
def events(
    request: Request,
    challenge: ChallengeId,
    principal: ReadingEvents,
    after: Annotated[int, Query(ge=0, le=2**62, description="number of the last one seen")] = 0,
    most: Annotated[int, Query(ge=1, le=1000, description="how many")] = 200,
) -> list[EventView]:
    """Return the challenge's events in order; values of resamples and cases are left out."""
    found: list[EventView] = []
    store = host_of(request).store
    with store.reading() as connection:
        challenge_row(connection, challenge)
    for one in store.events(after=after, challenge=challenge):
        payload = {name: value for name, value in one.payload.items() if name not in _LONG}
        found.append(EventView(**one._asdict() | {"payload": payload}))
        if len(found) == most:
            break
    return found


@ROUTER.get("/challenges/{challenge}/verification")
def verification(
    request: Request, challenge: ChallengeId, principal: ReadingEvents
) -> VerificationView:
    """Check the store from its first event to its last row."""
    store = host_of(request).store
    with store.reading() as connection:
        challenge_row(connection, challenge)
    found = verify(store)
    of_store = may(principal, "manage-store", Resource(None))
    return VerificationView(
        whole=not found.problems,
        events=found.events,
        hash=found.hash,
        n_problems=len(found.problems),
        problems=[problem.as_dict() for problem in found.problems] if of_store else [],
    )


@ROUTER.get("/challenges/{challenge}/duplicates")
def duplicates(
    request: Request, challenge: ChallengeId, principal: Organising, phase: PhaseId = None
) -> list[dict[str, Any]]:
    """Report answers of different teams that are identical or nearly so; nobody is banned."""
    found = find_duplicates(host_of(request).store, principal, challenge, phase)
    return [one.as_dict() for one in found]
