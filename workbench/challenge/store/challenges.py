"""Which challenges a store has: the one place that asks for one by its id."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.challenge.store.store import Store
from workbench.challenge.store.tables import challenge as challenges
from workbench.errors import UsageError, did_you_mean


class UnknownChallenge(UsageError):
    """The store has no challenge of this id (exit code 2).

    Who sends a file is told the same as a refusal: see :mod:`workbench.challenge.submissions`.
    """


def challenge_row(connection: Connection, challenge: str) -> Row[Any]:
    """Return the row of a challenge.

    Raises:
        UnknownChallenge: There is none of this id; ids that are close to it are named.
    """
    row = connection.execute(select(challenges).where(challenges.c.id == challenge)).one_or_none()
    if row is None:
        known = challenge_ids(connection)
        have = (
            f"it has: {', '.join(known)}" if known else "nothing was opened in it: check the place"
        )
        remedy = did_you_mean(challenge, known) or have
        raise UnknownChallenge(f"no challenge '{challenge[:80]}' in this store", remedy=remedy)
    return row


def challenge_ids(connection: Connection) -> list[str]:
    """Return the ids of all challenges of a store, in the order of the alphabet."""
    return sorted(connection.scalars(select(challenges.c.id)))


def check_known(store: Store, challenge: str) -> None:
    """Refuse a challenge the store does not have.

    Raises:
        UnknownChallenge: There is none of this id.
    """
    with store.reading() as connection:
        challenge_row(connection, challenge)


def check_running(connection: Connection, challenge: str) -> None:
    """Refuse what would change a challenge whose report is final.

    Raises:
        UnknownChallenge: The store has no such challenge.
        UsageError: It was closed.
    """
    closed = challenge_row(connection, challenge).closed_at
    if closed is not None:
        raise UsageError(f"{challenge} was closed at {closed}: its report is final")
