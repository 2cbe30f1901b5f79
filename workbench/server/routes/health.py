"""Is the server alive, and can it do its work?"""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse

from workbench.errors import WorkbenchError
from workbench.server.host import host_of

ROUTER = APIRouter(tags=["health"])


class Alive(BaseModel):
    """The server runs."""

    status: Literal["alive"] = "alive"


class Ready(BaseModel):
    """What the server needs."""

    ready: bool
    store: bool
    scorers: bool


@ROUTER.get("/healthz")
def healthz() -> Alive:
    """Say that the server runs."""
    return Alive()


@ROUTER.get("/readyz", response_model=Ready)
def readyz(request: Request) -> JSONResponse:
    """Say whether the store answers and all scorers run; 503 where not."""
    host = host_of(request)
    try:
        host.store.head()
        store = True
    except WorkbenchError:
        store = False
    scorers = request.app.state.scorers.alive() == host.settings.scorers
    found = Ready(ready=store and scorers, store=store, scorers=scorers)
    return JSONResponse(found.model_dump(), 200 if found.ready else 503)
