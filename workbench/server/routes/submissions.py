"""What a team does: check, send, look, take a file back, withdraw."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from workbench.challenge import submissions as engine
from workbench.challenge.store.challenges import check_known
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.text import Line
from workbench.challenge.submissions import Entry, Quota, Receipt
from workbench.scoring import CheckReport
from workbench.server.auth import door
from workbench.server.host import host_of
from workbench.server.kinds import take_of
from workbench.server.routes.names import Because, ChallengeId, PhaseId, SubmissionId
from workbench.server.routes.views import Why
from workbench.server.uploads import filename_of, received

ROUTER = APIRouter(tags=["submissions"])
_FILE: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
Sending = Annotated[Principal, Depends(door("submit"))]
Checking = Annotated[Principal, Depends(door("read-team"))]
Reading = Annotated[Principal, Depends(door("read-submission"))]
Fetching = Annotated[Principal, Depends(door("download-submission"))]
Withdrawing = Annotated[Principal, Depends(door("withdraw-submission"))]


@ROUTER.post("/challenges/{challenge}/check", openapi_extra=_FILE)
async def check(
    request: Request, challenge: ChallengeId, principal: Checking, phase: PhaseId = None
) -> CheckReport:
    """Check a file: every problem at once. Nothing is recorded and no quota used."""
    host = host_of(request)
    async with received(request, principal.actor) as file:

        def checked() -> CheckReport:
            with host.working:
                return engine.check(host.store, challenge, file.read(), phase)

        return await run_in_threadpool(checked)


@ROUTER.post("/challenges/{challenge}/submissions", openapi_extra=_FILE)
async def send(
    request: Request,
    challenge: ChallengeId,
    principal: Sending,
    phase: PhaseId = None,
    kind: Annotated[str, Query(description="predictions, or what else the server takes")] = (
        "predictions"
    ),
    x_filename: Annotated[
        str | None, Header(description="name of the file, or base64: and its UTF-8 bytes")
    ] = None,
    idempotency_key: Annotated[
        str | None, Header(max_length=200, description="the file's own digest works as one too")
    ] = None,
    content_digest: Annotated[
        str | None, Header(max_length=1000, description="RFC 9530; sha-256 is compared")
    ] = None,
) -> Receipt:
    """Send a file. Sent again it is the same submission, which counts once."""
    host = host_of(request)
    take = take_of(kind)
    async with received(request, principal.actor) as file:

        def taken() -> Receipt:
            with host.working:
                content = file.read()
                about = f"{challenge}\n{phase}\n{kind}\n".encode()
                fingerprint = hashlib.sha256(about + content).hexdigest()
                host.repeats.check(principal.actor, idempotency_key, fingerprint)
                name = filename_of(x_filename)
                return take(host, principal, challenge, content, name, phase)

        return await run_in_threadpool(taken)


@ROUTER.get("/challenges/{challenge}/quota")
def quota(
    request: Request, challenge: ChallengeId, principal: Checking, phase: PhaseId = None
) -> Quota:
    """Return what the team has left; null where there is no limit."""
    return engine.quota(host_of(request).store, principal, challenge, phase)


@ROUTER.get("/submissions")
def listed(
    request: Request,
    principal: Reading,
    challenge: Annotated[Line | None, Query(description="only those of this challenge")] = None,
) -> list[Entry]:
    """List the submissions that may be read, oldest first."""
    store = host_of(request).store
    if challenge is not None:
        with engine.unknown_is_refused():
            check_known(store, challenge)
    return engine.entries(store, principal, challenge)


@ROUTER.get("/submissions/{submission}")
def one(request: Request, submission: SubmissionId, principal: Reading) -> Entry:
    """Return a submission: what became of it, its score as far as it is shown."""
    return engine.entry(host_of(request).store, principal, submission)


@ROUTER.get("/submissions/{submission}/why")
def why(request: Request, submission: SubmissionId, principal: Reading) -> Why:
    """Say what became of a submission and why; an organiser also reads what only the host may."""
    store = host_of(request).store
    found = engine.entry(store, principal, submission)
    return Why(submission=found, host_detail=engine.host_detail(store, principal, found.id))


@ROUTER.get(
    "/submissions/{submission}/file",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}},
)
def file(request: Request, submission: SubmissionId, principal: Fetching) -> Response:
    """Return the file as it was sent."""
    name, content = engine.sent_file(host_of(request).store, principal, submission)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type="application/octet-stream")


@ROUTER.post("/submissions/{submission}/withdraw")
def withdraw(
    request: Request, submission: SubmissionId, because: Because, principal: Withdrawing
) -> Entry:
    """Withdraw a submission: it stays visible and counts no longer."""
    return engine.withdraw(host_of(request).store, principal, submission, because.reason)
