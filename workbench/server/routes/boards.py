"""Leaderboards, as JSON, CSV and a page; now, and as they were at any moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from workbench.challenge.standings import BoardDocument
from workbench.challenge.store.permission import Principal
from workbench.server.auth import door
from workbench.server.boards import Asked
from workbench.server.headers import PAGE_POLICY
from workbench.server.host import host_of
from workbench.server.routes.names import ChallengeId, Moment, PhaseId

ROUTER = APIRouter(tags=["boards"])
Looking = Annotated[Principal, Depends(door("read-board"))]
AsOf = Annotated[Moment | None, Query(description="as it was then; with a time zone")]
ScoreSet = Annotated[
    str | None, Query(pattern=r"^v-\d{1,18}$", description="another one than the newest complete")
]
_TYPES: dict[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


def _asked(
    challenge: ChallengeId,
    viewer: Looking,
    phase: PhaseId = None,
    as_of: AsOf = None,
    score_set: ScoreSet = None,
) -> Asked:
    """Return which board an address names, as JSON until a route says otherwise."""
    return Asked(challenge, phase, as_of, score_set, "json", viewer)


Wanted = Annotated[Asked, Depends(_asked)]


@ROUTER.get("/challenges/{challenge}/leaderboard", response_model=BoardDocument)
def leaderboard(request: Request, asked: Wanted) -> Response:
    """Return a board as whoever asks may see it."""
    return _answer(request, asked)


@ROUTER.get(
    "/challenges/{challenge}/leaderboard.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def leaderboard_csv(request: Request, asked: Wanted) -> Response:
    """Return a board as CSV; no cell is a formula."""
    return _answer(request, replace(asked, form="csv"))


@ROUTER.get(
    "/challenges/{challenge}/leaderboard.html",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}}},
)
def leaderboard_html(request: Request, asked: Wanted) -> Response:
    """Return a board as one page with its figures."""
    return _answer(request, replace(asked, form="html"))


def _answer(request: Request, asked: Asked) -> Response:
    """Return a board, or say that the reader has it already."""
    boards = host_of(request).boards
    etag = boards.etag(asked)
    private = "private" if asked.viewer.scope != "public" else "public"
    headers = {"ETag": etag, "Cache-Control": f"{private}, no-cache", "Vary": "Authorization"}
    if asked.form == "html":
        headers["Content-Security-Policy"] = PAGE_POLICY
    known = [one.strip().removeprefix("W/") for one in _known(request).split(",")]
    if etag in known:
        return Response(status_code=304, headers=headers)
    if asked.form == "html":
        headers["ETag"], content = boards.page(asked, etag)
    else:
        content = boards.content(asked, etag)
    return Response(content, headers=headers, media_type=_TYPES[asked.form])


def _known(request: Request) -> str:
    return request.headers.get("if-none-match", "")
