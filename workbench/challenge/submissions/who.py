"""Who asks: the holder of a token, or somebody at the machine where the store lies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from workbench.audit import actor
from workbench.audit.record import timestamp
from workbench.challenge.store import Store
from workbench.challenge.store.challenges import challenge_row, check_known
from workbench.challenge.store.names import name_key
from workbench.challenge.store.permission import PUBLIC, Principal
from workbench.challenge.store.tables import team as teams
from workbench.challenge.store.tables import token
from workbench.challenge.store.tokens import authenticate, require_valid
from workbench.challenge.submissions.refusals import Refusal
from workbench.errors import UsageError, did_you_mean


def holder(store: Store, text: str) -> Principal:
    """Return who holds a token.

    Raises:
        Refusal: ``token-refused``: it is unknown, was revoked or has ended.
    """
    now = store.now()
    with store.reading() as connection:
        try:
            return authenticate(connection, text, now)
        except UsageError as error:
            raise Refusal("token-refused", error.message, "", error.remedy) from error


def still_holds(connection: Connection, principal: Principal, now: datetime) -> None:
    """End with a refusal where somebody's token was revoked or has ended meanwhile.

    Raises:
        Refusal: ``token-refused``.
    """
    if principal.token:
        try:
            require_valid(connection, principal.token, now)
        except UsageError as error:
            raise Refusal("token-refused", error.message, "", error.remedy) from error


def reader(store: Store, text: str | None) -> Principal:
    """Return who holds a token; nobody in particular where it is absent or refused.

    What may then be read is what everybody may read, and the rest is "not found": the answer does
    not say whether a token was ever good.
    """
    try:
        return holder(store, text) if text else PUBLIC
    except Refusal:
        return PUBLIC


def team_here(store: Store, challenge: str, named: str) -> Principal:
    """Return a team of a challenge, for somebody who works on the store itself.

    Args:
        store: The store.
        challenge: Id of the challenge.
        named: The team's id, or its name in any spelling.

    Raises:
        UnknownChallenge: The store has no such challenge.
        Refusal: ``unknown-team``.
    """
    columns = select(teams.c.id, teams.c.name, teams.c.name_key)
    with store.reading() as connection:
        challenge_row(connection, challenge)
        rows = connection.execute(columns.where(teams.c.challenge == challenge)).all()
    # An id first: a team may call itself by the id of another.
    for row in sorted(rows, key=lambda row: bool(row.id != named)):
        if named == row.id or name_key(named) == row.name_key:
            return Principal(row.id, "participant", team=row.id, challenge=challenge)
    hint = did_you_mean(named, [row.name for row in rows])
    remedy = hint or f"workbench challenge team add {challenge} NAME"
    raise Refusal("unknown-team", f"'{named[:80]}' is no team of {challenge}", challenge, remedy)


def tokens_of(connection: Connection, team: str) -> list[str]:
    """Return the prefixes of a team's tokens that were not revoked."""
    query = select(token.c.prefix).where(token.c.team == team, token.c.revoked_at.is_(None))
    return list(connection.scalars(query.order_by(token.c.seq)))


def tokens_told(store: Store, challenge: str | None = None) -> list[dict[str, str | None]]:
    """Return what may be said of tokens: whose they are and until when, never what they prove.

    Args:
        store: The store.
        challenge: Only those of this challenge; None: all.

    Returns:
        One row a token, in the order they were given out: ``prefix``, ``scope``, ``challenge``,
        ``team`` (its name), ``issued``, ``ends``, ``revoked`` (times in UTC) and ``state``:
        ``good``, ``revoked`` or ``ended``.

    Raises:
        UnknownChallenge: The store has no such challenge.
    """
    if challenge is not None:
        check_known(store, challenge)
    names = teams.c.name.label("team_name")
    query = select(token, names).outerjoin(teams, teams.c.id == token.c.team)
    if challenge is not None:
        query = query.where(token.c.challenge == challenge)
    now = timestamp(store.now())
    with store.reading() as connection:
        rows = connection.execute(query.order_by(token.c.issued_at)).all()
    return [
        {
            "prefix": row.prefix,
            "scope": row.scope,
            "challenge": row.challenge,
            "team": row.team_name,
            "issued": row.issued_at,
            "ends": row.expires_at,
            "revoked": row.revoked_at,
            "state": _state(row.revoked_at, row.expires_at, now),
        }
        for row in rows
    ]


def _state(revoked_at: str | None, expires_at: str | None, now: str) -> str:
    if revoked_at is not None:
        return "revoked"
    return "ended" if expires_at is not None and expires_at <= now else "good"


def organiser_here() -> Principal:
    """Return the organiser: who can read the store's own files."""
    return Principal(actor(), "organiser")
