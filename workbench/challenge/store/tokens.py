"""Tokens: what proves who asks. A token is shown once; the store keeps its sha256."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.audit.record import timestamp
from workbench.challenge.store.clock import read_timestamp
from workbench.challenge.store.events import Scope, TokenIssued, TokenRevoked
from workbench.challenge.store.permission import Principal
from workbench.challenge.store.tables import token
from workbench.challenge.store.teams import challenge_of
from workbench.challenge.store.transaction import Transaction
from workbench.digests import of_bytes
from workbench.errors import UsageError

_MARK = "wb"
_NOBODY = of_bytes(b"nobody")


@dataclass(frozen=True)
class IssuedToken:
    """A new token.

    Attributes:
        prefix: Its public name, shown in lists.
        text: The token, ``wb_<prefix>_<secret>``; printed by nothing but the caller.
    """

    prefix: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class KnownToken:
    """A token as lists show it: everything but the token."""

    prefix: str
    scope: Scope
    team: str | None
    issued_at: str
    expires_at: str | None
    revoked_at: str | None


def tokens_in(connection: Connection, challenge: str) -> list[KnownToken]:
    """Return the tokens that hold in a challenge alone, in the order they were given out."""
    names = ("prefix", "scope", "team", "issued_at", "expires_at", "revoked_at")
    query = select(*(token.c[name] for name in names)).where(token.c.challenge == challenge)
    return [KnownToken(*row) for row in connection.execute(query.order_by(token.c.seq))]


def issue_token(
    transaction: Transaction,
    scope: Scope,
    *,
    team: str | None = None,
    challenge: str | None = None,
    expires: datetime | None = None,
) -> IssuedToken:
    """Give out a token of 256 random bits.

    Args:
        transaction: Of the store.
        scope: ``participant`` (of a team), ``organiser`` or ``worker``.
        team: The participant's team; the token then holds in the team's challenge.
        challenge: The one challenge an organiser's or worker's token holds in; None: all.
        expires: When it ends, with a time zone; None: when it is revoked.

    Raises:
        UsageError: A participant without a team, a team for another scope, or an end that is past.
    """
    if (scope == "participant") != (team is not None):
        needs = "needs a team" if team is None else "belongs to no team"
        remedy = "name it (--team)" if team is None else "leave --team out"
        raise UsageError(f"the token of a {scope} {needs}", remedy=remedy)
    if expires is not None and (expires.tzinfo is None or expires <= transaction.now):
        raise UsageError("a token ends in the future, at a time with its zone", where=str(expires))
    if team is not None:
        challenge = challenge_of(transaction, team)
    prefix = secrets.token_hex(5)
    text = f"{_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    ends = timestamp(expires) if expires else None
    digest = of_bytes(text.encode())
    payload = TokenIssued(
        prefix=prefix, scope=scope, team=team, expires_at=ends, seal=of_bytes(digest.encode())
    )
    transaction.append(payload, challenge=challenge, secret={"digest": digest})
    return IssuedToken(prefix, text)


def revoke_token(transaction: Transaction, prefix: str, reason: str) -> None:
    """End a token.

    Raises:
        UsageError: There is no such token, or it was revoked before.
    """
    row = _find(transaction.connection, prefix)
    if row is None or row.revoked_at is not None:
        state = "was revoked before" if row is not None else "is not one of this store"
        raise UsageError(f"token '{prefix}' {state}")
    transaction.append(TokenRevoked(prefix=prefix, reason=reason), challenge=row.challenge)


def rotate_token(transaction: Transaction, prefix: str, reason: str = "rotated") -> IssuedToken:
    """End a token and give out another with the same rights and end, in one transaction."""
    revoke_token(transaction, prefix, reason)
    row = _find(transaction.connection, prefix)
    assert row is not None
    ends = read_timestamp(row.expires_at) if row.expires_at else None
    challenge = None if row.team else row.challenge
    return issue_token(transaction, row.scope, team=row.team, challenge=challenge, expires=ends)


def authenticate(connection: Connection, text: str, now: datetime) -> Principal:
    """Return who holds a token.

    An unknown prefix and a wrong secret take the same time and give the same answer.

    Args:
        connection: Of the store.
        text: The token as it was given out.
        now: The store's time, ``store.now()``.

    Raises:
        UsageError: The token is unknown, was revoked or has ended.
    """
    mark, _, rest = text.partition("_")
    prefix = rest.partition("_")[0]
    row = _find(connection, prefix) if mark == _MARK and prefix.isalnum() else None
    given = of_bytes(text.encode("utf-8", "replace"))
    same = hmac.compare_digest(given, row.digest if row is not None else _NOBODY)
    if row is None or not same:
        raise _refused("is unknown")
    _check_valid(row, now)
    actor = row.team or f"token-{row.prefix}"
    return Principal(actor, row.scope, team=row.team, challenge=row.challenge, token=row.prefix)


def require_valid(connection: Connection, prefix: str, now: datetime) -> None:
    """End with an error where a token that was good holds no longer.

    Raises:
        UsageError: It was revoked or has ended.
    """
    row = _find(connection, prefix)
    if row is None:
        raise _refused("is unknown")
    _check_valid(row, now)


def _check_valid(row: Row[Any], now: datetime) -> None:
    if row.revoked_at is not None:
        raise _refused(f"{row.prefix} was revoked at {row.revoked_at}")
    if row.expires_at is not None and now >= read_timestamp(row.expires_at):
        raise _refused(f"{row.prefix} ended at {row.expires_at}")


def _find(connection: Connection, prefix: str) -> Row[Any] | None:
    return connection.execute(select(token).where(token.c.prefix == prefix)).one_or_none()


def _refused(what: str) -> UsageError:
    return UsageError(f"the token {what}", remedy="ask the organiser for a new one")
