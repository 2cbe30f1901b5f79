"""Challenges as everybody may read them: card, phases, public files; and who asks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from workbench import __version__
from workbench.challenge.store import Store
from workbench.challenge.store.challenges import challenge_ids
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.teams import teams_of
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.overview import PhaseLine, phase_lines
from workbench.remote.desk import PublicFile
from workbench.server.auth import Visitor, door
from workbench.server.byte_ranges import ranged
from workbench.server.host import host_of
from workbench.server.routes.names import ChallengeId, Digest

ROUTER = APIRouter(tags=["challenges"])
Reading = Annotated[Principal, Depends(door("read-challenge"))]


class Served(BaseModel):
    """What this server is."""

    name: str = "clinical-ai-workbench"
    version: str = __version__
    most_bytes: int = Field(description="largest file that is taken")
    challenges: list[str]


class Me(BaseModel):
    """Who asks."""

    actor: str
    scope: str
    team: str | None
    team_name: str | None
    challenge: str | None = Field(description="where the token holds; null: everywhere")


class ChallengeView(BaseModel):
    """A challenge."""

    id: str
    version: str
    title: dict[str, str]
    card: dict[str, Any] = Field(description="the challenge card, keys at their default left out")
    digest: str = Field(description="of the card")
    phases: list[PhaseLine]


@ROUTER.get("/")
def served(request: Request, principal: Reading) -> Served:
    """Say what this server is and which challenges it has."""
    host = host_of(request)
    with host.store.reading() as connection:
        return Served(most_bytes=host.settings.most_bytes, challenges=challenge_ids(connection))


@ROUTER.get("/me")
def me(request: Request, principal: Visitor) -> Me:
    """Say who the token stands for; without one, everybody."""
    name = None
    if principal.team is not None and principal.challenge is not None:
        with host_of(request).store.reading() as connection:
            teams = teams_of(connection, principal.challenge)
        name = next(team.name for team in teams if team.team == principal.team)
    return Me(
        actor=principal.actor,
        scope=principal.scope,
        team=principal.team,
        team_name=name,
        challenge=principal.challenge,
    )


@ROUTER.get("/challenges")
def challenges(request: Request, principal: Reading) -> list[ChallengeView]:
    """List the challenges."""
    store = host_of(request).store
    with store.reading() as connection:
        names = challenge_ids(connection)
    return [_view(store, name) for name in names]


@ROUTER.get("/challenges/{challenge}")
def challenge(request: Request, challenge: ChallengeId, principal: Reading) -> ChallengeView:
    """Return a challenge with its card and its phases."""
    return _view(host_of(request).store, challenge)


@ROUTER.get("/challenges/{challenge}/phases")
def phases(request: Request, challenge: ChallengeId, principal: Reading) -> list[PhaseLine]:
    """Return the phases by the server's clock."""
    return phase_lines(host_of(request).store, challenge)


@ROUTER.get("/challenges/{challenge}/data")
def data(request: Request, challenge: ChallengeId, principal: Reading) -> list[PublicFile]:
    """List the files everybody may read: name, sha256, size."""
    return host_of(request).data.files(challenge)


@ROUTER.get(
    "/challenges/{challenge}/data/{digest}",
    response_class=Response,
    responses={200: {"content": {"application/octet-stream": {}}}, 206: {"description": "a part"}},
)
def datum(request: Request, challenge: ChallengeId, digest: Digest, principal: Reading) -> Response:
    """Return a public file, or the part a ``Range`` header asks for."""
    found = host_of(request).data.find(challenge, digest)
    headers = {
        "ETag": f'"{digest}"',
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": "attachment",
    }
    if isinstance(found, Path):
        return FileResponse(found, headers=headers, media_type="application/octet-stream")
    return ranged(found, request.headers.get("range"), headers)


def _view(store: Store, name: str) -> ChallengeView:
    with store.reading() as connection:
        card = card_of(connection, name)
    return ChallengeView(
        id=card.id,
        version=card.version,
        title={"en": card.title.en, "fr": card.title.fr},
        card=card.model_dump(mode="json", exclude_defaults=True),
        digest=card.digest,
        phases=phase_lines(store, name),
    )
