"""What an organiser does to a challenge: open, rescore, override, close; and what there is to see.

Hidden labels never travel: they lie in the organiser's folder at the server before a challenge
opens.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from workbench.challenge.standings import rescore
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.text import Line, Reason
from workbench.challenge.submissions import Entry, corrections, entry, open_challenge, score_again
from workbench.challenge.submissions.overview import PhaseLine, phase_lines
from workbench.scoring import Challenge, load_challenge
from workbench.scoring.card_check import parse_challenge
from workbench.server.auth import door
from workbench.server.host import Host, host_of
from workbench.server.packs import unpack
from workbench.server.routes.names import Because, Body, ChallengeId, ExactId
from workbench.server.routes.views import (
    LiftedView,
    Opened,
    RescoringView,
)
from workbench.server.uploads import received

ROUTER = APIRouter(tags=["organiser"])
Organising = Annotated[Principal, Depends(door("organise"))]
Managing = Annotated[Principal, Depends(door("manage-store"))]
ReadingEvents = Annotated[Principal, Depends(door("read-event"))]
_LONG = ("resampled", "case_values", "case_units")
_ZIP: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class Rescore(Body):
    """Why everybody is scored anew."""

    cause: Literal["metric-version", "card", "labels", "opt-out"]
    reason: Reason
    card: dict[str, Any] | None = Field(default=None, description="the card from now on")
    dry_run: bool = False


class Override(Body):
    """What is put in the place of a score."""

    value: Annotated[float, Field(allow_inf_nan=False)] | None = Field(
        description="null: shown without a rank"
    )
    reason: Reason
    phase: Line | None = None


@ROUTER.post("/challenges", openapi_extra=_ZIP, status_code=201)
async def open_pack(request: Request, principal: Managing) -> Opened:
    """Open a challenge from its pack, a zip archive; its labels lie at the server already."""
    async with received(request, principal.actor) as archive:
        return await run_in_threadpool(_open, host_of(request), archive, principal)


@ROUTER.post("/challenges/{challenge}/rescore")
def rescored(
    request: Request, challenge: ChallengeId, asked: Rescore, principal: Organising
) -> RescoringView:
    """Score everybody anew in a new score set; a dry run says who would move and writes nothing."""
    host = host_of(request)
    card: Challenge | None = None
    if asked.card is not None:
        card = parse_challenge(asked.card, Path("card"))
    done = rescore(
        host.store,
        challenge,
        host.labels(),
        principal,
        cause=asked.cause,
        reason=asked.reason,
        card=card,
        dry_run_only=asked.dry_run,
    )
    names = ("challenge", "score_set", "cause", "reason", "before", "scored", "changed")
    return RescoringView(
        **{name: getattr(done, name) for name in names},
        lifted=[LiftedView(submission=one, phase=phase) for one, phase in done.lifted],
        movements={phase: moved.as_dict() for phase, moved in done.movements.items()},
        problems=[problem.as_dict() for problem in done.problems],
    )


@ROUTER.post("/submissions/{submission}/override")
def override(
    request: Request, submission: ExactId, asked: Override, principal: Organising
) -> Entry:
    """Set a score aside, with a reason that stands on the board."""
    store = host_of(request).store
    corrections.override(store, principal, submission, asked.value, asked.reason, phase=asked.phase)
    return entry(store, principal, submission)


@ROUTER.post("/challenges/{challenge}/phases/{phase}/end")
def end_phase(
    request: Request,
    challenge: ChallengeId,
    phase: ExactId,
    because: Because,
    principal: Organising,
) -> list[PhaseLine]:
    """Close a phase before its date: it takes no file from now on."""
    store = host_of(request).store
    corrections.end_phase(store, principal, challenge, phase, because.reason)
    return phase_lines(store, challenge)


@ROUTER.post("/submissions/{submission}/again")
def again(request: Request, submission: ExactId, principal: Organising) -> dict[str, int]:
    """Let a submission be scored that was given up; say how many jobs that is."""
    return {"jobs": score_again(host_of(request).store, principal, submission)}


def _open(host: Host, archive: BinaryIO, principal: Principal) -> Opened:
    """Unpack and open; where there is a folder of public files, the pack joins it."""
    with tempfile.TemporaryDirectory(prefix="workbench-pack-") as place:
        pack = unpack(archive, Path(place))
        card = load_challenge(pack)
        opened = open_challenge(host.store, card, host.settings.labels, principal.actor)
        if host.settings.data is not None:
            shutil.copytree(pack, host.settings.data / card.id / "pack", dirs_exist_ok=True)
    return Opened(**asdict(opened))
