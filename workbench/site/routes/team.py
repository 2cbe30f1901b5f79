"""What a team does on pages: check a file, send it, look, take it back, withdraw it."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from workbench.challenge import submissions as engine
from workbench.challenge.standings import Standings, rank_in
from workbench.challenge.submissions import Entry, Refusal
from workbench.challenge.submissions.refusals import not_found
from workbench.errors import SubmissionRejected
from workbench.server.boards import Asked
from workbench.server.host import host_of
from workbench.server.kinds import take_of
from workbench.server.routes import submissions as api
from workbench.server.routes.names import Because, ChallengeId, SubmissionId
from workbench.server.uploads import received
from workbench.site.forms import (
    Sent,
    boundary_of,
    check_csrf,
    check_origin,
    read_parts,
)
from workbench.site.languages import Language
from workbench.site.page import page
from workbench.site.routing import Lang, pages
from workbench.site.team_view import checked, team_values
from workbench.site.visitors import Visitor, allows, enter

ROUTER = pages()
_HOME = "/{lang:lang}/challenges/{challenge}/submissions"
DONE = ("sent", "known", "withdrawn", "overridden", "again")


@ROUTER.get(_HOME)
def listed(request: Request, lang: Lang, challenge: ChallengeId) -> Response:
    """Show the form, what is left of the quota, and everything that was sent."""
    visitor = enter(request, "read-submission", challenge)
    return _home(request, lang, challenge, visitor)


@ROUTER.post(_HOME)
async def sent(request: Request, lang: Lang, challenge: ChallengeId) -> Response:
    """Check or send a file or a model: every problem at once; a rejected one costs no quota."""
    check_origin(request)
    boundary = boundary_of(request)
    visitor = await run_in_threadpool(enter, request, "submit", challenge)
    async with received(request, visitor.principal.actor) as body:
        return await run_in_threadpool(_take, request, lang, challenge, visitor, body, boundary)


@ROUTER.get(_HOME + "/{submission}")
def one(
    request: Request, lang: Lang, challenge: ChallengeId, submission: SubmissionId, done: str = ""
) -> Response:
    """Show what became of a submission, and why."""
    visitor = enter(request, "read-submission", challenge)
    found = _entry(request, visitor, challenge, submission)
    host = host_of(request)
    return page(
        request,
        lang,
        "submission.html",
        visitor=visitor,
        entry=found,
        rank=_rank(request, visitor, found),
        done=done if done in DONE else "",
        detail=engine.host_detail(host.store, visitor.principal, found.id),
        organises=allows(visitor, "organise", challenge),
        home=request.url.path.rpartition("/")[0],
    )


@ROUTER.get(_HOME + "/{submission}/file")
def file(
    request: Request, lang: Lang, challenge: ChallengeId, submission: SubmissionId
) -> Response:
    """Return the file as it was sent."""
    visitor = enter(request, "download-submission", challenge)
    found = _entry(request, visitor, challenge, submission)
    return api.file(request, found.id, visitor.principal)


@ROUTER.post(_HOME + "/{submission}/withdraw")
def withdrawn(
    request: Request, lang: Lang, challenge: ChallengeId, submission: SubmissionId, sent: Sent
) -> Response:
    """Withdraw a submission, with a reason."""
    visitor = enter(request, "withdraw-submission", challenge)
    check_csrf(visitor, sent)
    found = _entry(request, visitor, challenge, submission)
    because = Because(reason=sent.reason)
    api.withdraw(request, found.id, because, visitor.principal)
    return RedirectResponse(f"{_address(lang, found)}?done=withdrawn", 303)


def _take(
    request: Request,
    lang: Language,
    challenge: str,
    visitor: Visitor,
    body: BinaryIO,
    boundary: bytes,
) -> Response:
    """Check or send what came."""
    host = host_of(request)
    with host.working:
        form = read_parts(body.read(), boundary)
        check_csrf(visitor, form)
        phase = form.text("phase") or None
        kind = form.text("kind") or "predictions"
        told: dict[str, Any] = {"filename": form.filename, "chosen": phase, "kind": kind}
        if form.content is None:
            return _home(request, lang, challenge, visitor, status=422, empty=True, **told)
        if form.text("do") == "send":
            return _send(request, lang, challenge, visitor, form.content, told)
        report = checked(request, challenge, form.content, kind, phase)
        status = 200 if report.accepted else 422
        return _home(request, lang, challenge, visitor, status=status, report=report, **told)


def _send(
    request: Request,
    lang: Language,
    challenge: str,
    visitor: Visitor,
    content: bytes,
    told: dict[str, Any],
) -> Response:
    """Send a file or a model; show what is wrong with it where it is not taken."""
    kind, phase, name = told["kind"], told["chosen"], told["filename"] or "submission"
    take = take_of(kind)
    try:
        receipt = take(host_of(request), visitor.principal, challenge, content, name, phase)
    except Refusal as refusal:
        told = told | {"refusal": refusal}
    except SubmissionRejected:
        told = told | {"report": checked(request, challenge, content, kind, phase)}
    else:
        done = "known" if receipt.known else "sent"
        there = f"/{lang}/challenges/{challenge}/submissions/{receipt.id}"
        return RedirectResponse(f"{there}?done={done}", 303)
    return _home(request, lang, challenge, visitor, status=422, tried=True, **told)


def _home(
    request: Request,
    lang: Language,
    challenge: str,
    visitor: Visitor,
    *,
    status: int = 200,
    **told: Any,
) -> Response:
    """Return the page of a team's submissions."""
    values = team_values(request, challenge, visitor)
    nothing = {"report": None, "refusal": None, "filename": "", "empty": False, "tried": False}
    around = nothing | {"chosen": None, "kind": "predictions"} | values | told
    return page(request, lang, "submissions.html", visitor=visitor, status=status, **around)


def _entry(request: Request, visitor: Visitor, challenge: str, submission: str) -> Entry:
    """Return a submission of this challenge that may be read.

    Raises:
        Refusal: ``not-found``.
    """
    found = engine.entry(host_of(request).store, visitor.principal, submission)
    if found.challenge != challenge:
        raise not_found(submission)
    return found


def _rank(
    request: Request, visitor: Visitor, found: Entry
) -> tuple[float, float | None, float | None] | None:
    """Return the team's rank where it has one that may be shown."""
    if found.state != "scored":
        return None
    boards = host_of(request).boards
    asked = Asked(
        found.challenge, found.phase, None, None, f"rank of {found.team}", visitor.principal
    )

    def rank(standings: Standings) -> str:
        return json.dumps(rank_in(standings.document, found.team))

    place = json.loads(boards.content(asked, boards.etag(asked), rank))
    return place and tuple(place)


def _address(lang: Language, found: Entry) -> str:
    return f"/{lang}/challenges/{found.challenge}/submissions/{found.id}"
