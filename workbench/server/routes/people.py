"""Teams and tokens of a challenge, for its organiser."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from pydantic import Field
from starlette.requests import Request

from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.events import Scope
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.teams import Team, add_member, create_team, teams_of
from workbench.challenge.store.text import Line
from workbench.challenge.store.tokens import (
    KnownToken,
    issue_token,
    revoke_token,
    rotate_token,
    tokens_in,
)
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.submissions import team_here
from workbench.challenge.submissions.refusals import not_found
from workbench.server.auth import door
from workbench.server.host import host_of
from workbench.server.routes.names import Because, Body, ChallengeId, Moment
from workbench.server.routes.views import IssuedView

ROUTER = APIRouter(tags=["organiser"])
Organising = Annotated[Principal, Depends(door("organise"))]
Prefix = Annotated[str, Path(pattern=r"^[0-9a-f]{1,40}$", description="name of a token in lists")]


class NewTeam(Body):
    """A team that joins."""

    name: Line = Field(description="shown on boards: better no person's name")
    contact: Line | None = Field(default=None, description="kept apart, erased on request")


class NewToken(Body):
    """A token that is wanted."""

    scope: Scope = "participant"
    team: Line | None = Field(default=None, description="name or id of a participant's team")
    expires: Moment | None = None


@ROUTER.get("/challenges/{challenge}/teams")
def teams(request: Request, challenge: ChallengeId, principal: Organising) -> list[Team]:
    """List the teams."""
    with host_of(request).store.reading() as connection:
        challenge_row(connection, challenge)
        return teams_of(connection, challenge)


@ROUTER.post("/challenges/{challenge}/teams", status_code=201)
def add_team(
    request: Request, challenge: ChallengeId, asked: NewTeam, principal: Organising
) -> Team:
    """Add a team."""
    with host_of(request).store.writing(principal.actor) as transaction:
        challenge_row(transaction.connection, challenge)
        new = create_team(transaction, challenge, asked.name)
        if asked.contact is not None:
            add_member(transaction, new, contact=asked.contact, main=True)
        return Team(new, asked.name, transaction.at)


@ROUTER.get("/challenges/{challenge}/tokens")
def tokens(request: Request, challenge: ChallengeId, principal: Organising) -> list[KnownToken]:
    """List the tokens that hold in this challenge alone."""
    with host_of(request).store.reading() as connection:
        challenge_row(connection, challenge)
        return tokens_in(connection, challenge)


@ROUTER.post("/challenges/{challenge}/tokens", status_code=201)
def issue(
    request: Request, challenge: ChallengeId, asked: NewToken, principal: Organising
) -> IssuedView:
    """Give out a token for this challenge; it is shown once and kept nowhere."""
    store = host_of(request).store
    with store.reading() as connection:
        challenge_row(connection, challenge)
    team = team_here(store, challenge, asked.team).team if asked.team is not None else None
    with store.writing(principal.actor) as transaction:
        issued = issue_token(
            transaction,
            asked.scope,
            team=team,
            challenge=None if team else challenge,
            expires=asked.expires,
        )
    return IssuedView(prefix=issued.prefix, token=issued.text)


@ROUTER.post("/challenges/{challenge}/tokens/{prefix}/revoke")
def revoke(
    request: Request,
    challenge: ChallengeId,
    prefix: Prefix,
    because: Because,
    principal: Organising,
) -> KnownToken:
    """End a token."""
    with host_of(request).store.writing(principal.actor) as transaction:
        _known(transaction, challenge, prefix)
        revoke_token(transaction, prefix, because.reason)
        return _known(transaction, challenge, prefix)


@ROUTER.post("/challenges/{challenge}/tokens/{prefix}/rotate")
def rotate(
    request: Request,
    challenge: ChallengeId,
    prefix: Prefix,
    because: Because,
    principal: Organising,
) -> IssuedView:
    """End a token and give out another with the same rights, in one step."""
    with host_of(request).store.writing(principal.actor) as transaction:
        _known(transaction, challenge, prefix)
        issued = rotate_token(transaction, prefix, because.reason)
    return IssuedView(prefix=issued.prefix, token=issued.text)


def _known(transaction: Transaction, challenge: str, prefix: str) -> KnownToken:
    """Return a token of this challenge; another's is as good as none."""
    challenge_row(transaction.connection, challenge)
    for token in tokens_in(transaction.connection, challenge):
        if token.prefix == prefix:
            return token
    raise not_found(prefix)
