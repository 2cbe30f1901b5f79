"""The kinds of event about who takes part: teams, members and tokens."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from workbench.challenge.store.payload import Payload
from workbench.challenge.store.text import Digest, Id, Line, Moment, Reason

Scope = Literal["participant", "organiser", "worker"]


class TeamCreated(Payload):
    """A team joins a challenge."""

    kind = "team-created"
    team: Id
    name: Line = Field(description="as typed")
    name_key: Line = Field(description="what must be unique: names.name_key(name)")


class MemberAdded(Payload):
    """A person joins a team, under a number: who it is stands in a column that can be erased."""

    kind = "member-added"
    member: Id
    team: Id
    role: Literal["member", "contact"] = "member"


class TokenIssued(Payload):
    """A token was given out; the token itself is kept nowhere."""

    kind = "token-issued"
    prefix: Id = Field(description="public part of the token, its name")
    scope: Scope
    team: Id | None = None
    expires_at: Moment | None = None
    seal: Digest | None = Field(default=None, description="sha256 of the digest that is kept")


class TokenRevoked(Payload):
    """A token is valid no longer."""

    kind = "token-revoked"
    prefix: Id
    reason: Reason
