"""Who looks at a page, and what that visitor may do: by the store's permissions alone."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from workbench.challenge.store.permission import PUBLIC, Action, Principal, Resource, may
from workbench.challenge.store.teams import teams_of
from workbench.challenge.submissions import Refusal
from workbench.challenge.submissions.who import still_holds
from workbench.server.auth import holder_of
from workbench.server.host import host_of
from workbench.server.problems import Wait
from workbench.site.sessions import LASTS_S, Session, Sessions

_LOCK = threading.Lock()
FORM_COOKIE = "workbench-form"
"""Comes with the form that asks for a token, for an hour."""


@dataclass(frozen=True)
class Visitor:
    """Who looks.

    Attributes:
        principal: By whose rights; everybody's without a session.
        session: The session; None: nobody is signed in.
    """

    principal: Principal
    session: Session | None = None

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.session is not None


class SignIn(Exception):
    """What was asked for needs somebody to sign in first."""


def visitor_of(request: Request) -> Visitor:
    """Return who looks; a session whose token was revoked or has ended is over.

    Raises:
        Refusal: ``rate-limited``.
    """
    cookie = request.cookies.get(_cookie_name(request))
    session = sessions_of(request).find(cookie) if cookie else None
    if session is None or cookie is None:
        return Visitor(PUBLIC)
    host = host_of(request)
    if wait := host.by_token.take(f"session {session.csrf}"):
        raise Wait(wait, "too many requests in a minute")
    now = host.store.now()
    try:
        with host.store.reading() as connection:
            still_holds(connection, session.holder, now)
    except Refusal:
        sessions_of(request).end(cookie)
        return Visitor(PUBLIC)
    request.state.actor, request.state.scope = session.holder.actor, session.holder.scope
    return Visitor(session.holder, session)


def enter(request: Request, action: Action, challenge: str) -> Visitor:
    """Let in who may do something in a challenge.

    Raises:
        SignIn: Nobody is signed in.
        Refusal: ``not-yours``.
    """
    visitor = visitor_of(request)
    if allows(visitor, action, challenge):
        return visitor
    if not visitor.signed_in:
        raise SignIn
    # The same words whether there is such a challenge or not.
    raise Refusal("not-yours", "this token does not allow that here", "", "ask the organiser")


def allows(visitor: Visitor, action: Action, challenge: str) -> bool:
    """Say whether a visitor may do something in a challenge, of the own team where one matters."""
    return may(visitor.principal, action, Resource(challenge, visitor.principal.team))


def team_name(request: Request, visitor: Visitor) -> str:
    """Return the name of the visitor's team; empty for everybody else."""
    team, challenge = visitor.principal.team, visitor.principal.challenge
    if team is None or challenge is None:
        return ""
    with host_of(request).store.reading() as connection:
        return next(one.name for one in teams_of(connection, challenge) if one.team == team)


def sign_in(request: Request, token: str) -> str:
    """Begin a session for who holds a token; return the cookie's content.

    Raises:
        Refusal: ``token-refused``; ``rate-limited`` after too many wrong ones.
    """
    return sessions_of(request).begin(holder_of(request, token))


def sign_out(request: Request, response: Response) -> None:
    """End the session of a request, and take the cookie back."""
    name = _cookie_name(request)
    if cookie := request.cookies.get(name):
        sessions_of(request).end(cookie)
    response.delete_cookie(
        name, path="/", secure=_encrypted(request), httponly=True, samesite="strict"
    )


def set_cookie(request: Request, response: Response, cookie: str) -> None:
    """Give a browser its session: no script reads it, no other site sends it."""
    response.set_cookie(
        _cookie_name(request),
        cookie,
        max_age=int(LASTS_S),
        path="/",
        secure=_encrypted(request),
        httponly=True,
        samesite="strict",
    )


def set_form_cookie(request: Request, response: Response, cookie: str) -> None:
    """Give a browser what ties a sign-in form to it."""
    response.set_cookie(
        FORM_COOKIE,
        cookie,
        max_age=3600,
        path="/",
        secure=_encrypted(request),
        httponly=True,
        samesite="strict",
    )


def sessions_of(request: Request) -> Sessions:
    """Return the sessions of the server."""
    with _LOCK:
        if not hasattr(request.app.state, "sessions"):
            request.app.state.sessions = Sessions()
    found: Sessions = request.app.state.sessions
    return found


def _cookie_name(request: Request) -> str:
    """Return the cookie's name; by TLS one that browsers tie to this host."""
    return "__Host-workbench" if _encrypted(request) else "workbench"


def _encrypted(request: Request) -> bool:
    return request.url.scheme == "https"
