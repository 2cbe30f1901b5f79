"""The application: routes of the engine's functions, and what is around them.

Pages and other routes join through ``routers``; they use :func:`workbench.server.auth.door` and
:func:`workbench.server.host.host_of` as the routes here do. One that is a
:class:`workbench.server.refused.Speaks` answers what is refused at its addresses before a route.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from workbench import __version__
from workbench.challenge.submissions import Refusal
from workbench.errors import WorkbenchError
from workbench.server import logs, problems
from workbench.server.described import describe, methods_of
from workbench.server.gate import Gate
from workbench.server.host import Host
from workbench.server.lifecycle import Scorers
from workbench.server.refused import Speaks, refused
from workbench.server.routes import API, ROUTERS, health
from workbench.server.settings import Settings

_REFUSALS = (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)
_TAGS = [
    {"name": "challenges", "description": "cards, phases, public files; for everybody"},
    {"name": "boards", "description": "leaderboards, now and as of a date; for everybody"},
    {"name": "submissions", "description": "check, send, look, withdraw; with a team's token"},
    {"name": "organiser", "description": "open, close, rescore; with an organiser's token"},
    {"name": "health", "description": "for those who run the server"},
]


def make_app(settings: Settings | None = None, routers: Sequence[APIRouter] = ()) -> FastAPI:
    """Return the application; the store is opened at once, so that a wrong place shows here.

    Args:
        settings: How it is set up.
        routers: More routes, such as pages.

    Raises:
        WorkbenchError: The store cannot be opened.
    """
    host = Host(settings or Settings())
    app = FastAPI(
        title="Challenge server of the clinical-AI workbench",
        version=__version__,
        description=__doc__.partition("\n")[0],
        openapi_url=f"{API}/openapi.json",
        openapi_tags=_TAGS,
        docs_url=None,  # the pages of the framework load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        responses={
            code: {
                "model": problems.ProblemDocument,
                "content": {problems.MEDIA_TYPE: {}},
                "description": "problem",
            }
            for code in _REFUSALS
        },
    )
    app.state.host, app.state.scorers = host, Scorers(host.settings)
    app.state.speakers = [router for router in routers if isinstance(router, Speaks)]
    placed = [("", health.ROUTER), *((API, router) for router in ROUTERS)]
    placed += [("", router) for router in routers]
    for prefix, router in placed:
        app.include_router(router, prefix=prefix)
    app.add_exception_handler(WorkbenchError, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_middleware(Gate, host=host)
    describe(app, placed)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Start the scorers; at the end let them finish what they are at."""
    app.state.scorers.start()
    logs.note("started", version=__version__, scorers=app.state.host.settings.scorers)
    try:
        yield
    finally:
        await app.state.scorers.stop()
        app.state.host.close()
        logs.note("stopped")


async def _told(request: Request, error: Exception) -> Response:
    """Answer with an error of the workbench."""
    if problems.is_host_side(error):
        logs.note_error(error, request=request.state.request_id)
    host = getattr(request.state, "scope", "public") == "organiser"
    return problems.answer(error, request.state.request_id, host=host)


async def _invalid(request: Request, error: Exception) -> Response:
    """Answer a request of the wrong form."""
    assert isinstance(error, RequestValidationError)
    found = [(".".join(map(str, one["loc"])), str(one["msg"])) for one in error.errors()]
    return problems.answer(problems.invalid(found), request.state.request_id)


async def _of_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses: no such route, or method."""
    assert isinstance(error, HTTPException)
    codes = {404: "no-such-route", 405: "method-not-allowed", 413: "upload-too-large"}
    code = codes.get(error.status_code, "invalid-request")
    refusal = Refusal(code, str(error.detail).lower(), "", "see /api/v1/openapi.json")
    answer = refused(request, refusal, status=error.status_code)
    answer.headers.update(error.headers or {})
    if error.status_code == 405:
        # The framework names the methods of a path's first route alone.
        known = methods_of(request.app, request.scope["path"])
        answer.headers["Allow"] = ", ".join(known) or answer.headers.get("Allow", "")
    return answer
