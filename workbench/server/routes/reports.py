"""The end of a challenge: closed by the organiser, its report read by everybody."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from workbench.challenge.standings import close_challenge
from workbench.challenge.standings.report import MANIFEST
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.permission import Principal
from workbench.challenge.submissions.refusals import not_found
from workbench.errors import DataError, UsageError
from workbench.report.standings import page_of_result
from workbench.scoring.files import read_within
from workbench.server.auth import door
from workbench.server.headers import PAGE_POLICY
from workbench.server.host import Host, host_of
from workbench.server.routes.names import ChallengeId
from workbench.server.routes.views import ClosedView

ROUTER = APIRouter()
Organising = Annotated[Principal, Depends(door("organise"))]
Reading = Annotated[Principal, Depends(door("read-board"))]
_TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".csv": "text/csv"}


@ROUTER.post("/challenges/{challenge}/close", tags=["organiser"])
def close(request: Request, challenge: ChallengeId, principal: Organising) -> ClosedView:
    """Score what waits and the final phases, close the challenge, publish its report.

    Asked again it gives the same report. The report holds every score sheet and its resampled
    values: take the labels of a closed challenge as known.
    """
    host = host_of(request)
    with host.store.reading() as connection:
        challenge_row(connection, challenge)
    closed = close_challenge(
        host.store,
        challenge,
        host.labels(),
        principal,
        _folder(host, challenge),
        render=page_of_result,
    )
    return ClosedView(
        challenge=challenge,
        digest=closed.digest,
        seq=closed.head.seq,
        hash=closed.head.hash,
        again=closed.again,
    )


@ROUTER.get("/challenges/{challenge}/report", tags=["boards"])
def report(request: Request, challenge: ChallengeId, principal: Reading) -> dict[str, Any]:
    """Return the manifest of a closed challenge's report: its files and their digests."""
    content: dict[str, Any] = json.loads(_read(host_of(request), challenge, MANIFEST))
    return content


@ROUTER.get(
    "/challenges/{challenge}/report/{name:path}",
    tags=["boards"],
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def report_file(
    request: Request, challenge: ChallengeId, name: str, principal: Reading
) -> Response:
    """Return a file of a closed challenge's report."""
    host = host_of(request)
    known = json.loads(_read(host, challenge, MANIFEST))["files"]
    if name != MANIFEST and name not in known:
        raise not_found(name)
    content = _read(host, challenge, name)
    kind = _TYPES.get(Path(name).suffix, "application/octet-stream")
    headers = {"Content-Security-Policy": PAGE_POLICY} if kind.startswith("text/html") else {}
    return Response(content, headers=headers, media_type=kind)


def _read(host: Host, challenge: str, name: str) -> bytes:
    """Return a file of a report, once the challenge is closed."""
    with host.store.reading() as connection:
        closed = challenge_row(connection, challenge).closed_at is not None
    if not closed or host.settings.reports is None:
        raise not_found(f"report of {challenge}")
    try:
        return read_within(host.settings.reports / challenge, name)
    except DataError:
        raise not_found(name) from None


def _folder(host: Host, challenge: str) -> Path:
    """Return where a report is written."""
    if host.settings.reports is None:
        remedy = "workbench serve --reports DIR, or at the store: workbench challenge close"
        raise UsageError("this server has no folder for reports", remedy=remedy)
    return host.settings.reports / challenge
