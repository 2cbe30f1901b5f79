"""Who asks, and the door of every route: what it needs is decided by the store's permissions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from workbench.challenge.store.permission import PUBLIC, Action, Principal, Resource, may
from workbench.challenge.submissions import Refusal, holder
from workbench.server.host import host_of
from workbench.server.limits import address_key
from workbench.server.problems import Wait

_BEARER = HTTPBearer(auto_error=False, description="the token the organiser gave you")


def visitor(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Principal:
    """Return who asks: a token's holder, or everybody.

    Raises:
        Refusal: ``token-refused``: unknown, revoked, ended; ``rate-limited`` after too many.
    """
    if given is None:
        if "authorization" in request.headers:
            raise Refusal("token-refused", "no bearer token", "Authorization", "Bearer TOKEN")
        principal = PUBLIC
    else:
        principal = holder_of(request, given.credentials)
    request.state.actor, request.state.scope = principal.actor, principal.scope
    return principal


Visitor = Annotated[Principal, Depends(visitor)]


def holder_of(request: Request, token: str) -> Principal:
    """Return a token's holder; an address that guesses is soon made to wait.

    Raises:
        Refusal: ``token-refused``; ``rate-limited``.
    """
    host, address = host_of(request), address_of(request)
    if wait := host.refused.take(address, 0.0):
        raise Wait(wait, "too many refused tokens came from this address")
    try:
        return holder(host.store, token)
    except Refusal:
        host.refused.take(address)
        raise


def address_of(request: Request) -> str:
    """Return what the network address that asks is counted as."""
    return address_key(request.client.host) if request.client else "unknown"


def door(action: Action) -> Callable[..., Principal]:
    """Return the dependency that lets in who may do something in the challenge of the path.

    A route without a challenge in its path is about objects of the visitor's own challenge; whose
    object it is decides the engine's function, once more by :func:`may`.

    Args:
        action: What the route does.
    """

    def enter(request: Request, principal: Visitor) -> Principal:
        challenge = request.path_params.get("challenge", principal.challenge)
        if may(principal, action, Resource(challenge, principal.team)):
            return principal
        if principal.scope == "public":
            remedy = "send the token: Authorization: Bearer TOKEN"
            raise Refusal("token-missing", "this needs a token", "Authorization", remedy)
        # The same words whether there is such a challenge or not.
        message = "this token does not allow that here"
        raise Refusal("not-yours", message, action, "ask the organiser")

    enter.action = action  # type: ignore[attr-defined]
    return enter
