"""Who may do what to which object: one function decides, for every command and every route."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from workbench.errors import UsageError

Role = Literal["public", "participant", "organiser", "worker"]
Action = Literal[
    "read-challenge",
    "read-board",
    "read-event",
    "submit",
    "read-submission",
    "download-submission",
    "withdraw-submission",
    "read-team",
    "read-host-detail",
    "score",
    "organise",
    "manage-store",
]


@dataclass(frozen=True)
class Principal:
    """Who asks.

    Attributes:
        actor: Name in events: an organiser's account, a team or a token.
        scope: What kind of rights.
        team: The participant's team.
        challenge: The one challenge the rights hold in; None: all of the store.
        token: Public name of the token that proves it; empty for who works on the store itself.
    """

    actor: str
    scope: Role
    team: str | None = None
    challenge: str | None = None
    token: str = field(default="", compare=False)


PUBLIC = Principal("public", "public")


@dataclass(frozen=True)
class Resource:
    """What is asked for: a challenge's, and a team's where one owns it."""

    challenge: str | None
    team: str | None = None
    name: str = ""


_EVERYBODY: frozenset[Action] = frozenset(["read-challenge", "read-board"])
_OWN: frozenset[Action] = frozenset(
    ["submit", "read-submission", "download-submission", "withdraw-submission", "read-team"]
)
_WORKER: frozenset[Action] = frozenset(["score", "download-submission"])
_STORE: frozenset[Action] = frozenset(["manage-store"])


class NotAllowed(UsageError):
    """Somebody asked for what is absent or not theirs; the text does not say which."""


def may(principal: Principal, action: Action, resource: Resource) -> bool:
    """Say whether somebody may do something to an object; what is not allowed here is not.

    Everybody reads cards and boards. A participant acts for the own team, in its challenge, and
    reads nothing of another team's. A worker takes files and scores. An organiser does all of that
    in the challenges of the token, but sends nothing in a team's name; only one without a challenge
    manages the store.

    >>> ann = Principal("t-1", "participant", team="t-1", challenge="demo")
    >>> may(ann, "read-submission", Resource("demo", "t-1", "s-3"))
    True
    >>> may(ann, "read-submission", Resource("demo", "t-2", "s-4"))
    False
    """
    if action in _EVERYBODY:
        return True
    if principal.challenge is not None and principal.challenge != resource.challenge:
        return False
    if principal.scope == "participant":
        return action in _OWN and principal.team is not None and principal.team == resource.team
    if principal.scope == "worker":
        return action in _WORKER
    if principal.scope == "organiser":
        return action != "submit" and (action not in _STORE or principal.challenge is None)
    return False


def require(principal: Principal, action: Action, resource: Resource) -> None:
    """End with an error unless somebody may do something.

    Raises:
        NotAllowed: It is not allowed. The text is the same whether the object exists or not.
    """
    if not may(principal, action, resource):
        what = resource.name or resource.challenge or "the store"
        raise NotAllowed(
            f"{action}: there is no '{what}', or it is not yours",
            remedy="check the id and the token",
        )
