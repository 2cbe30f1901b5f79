"""Which tokens are meant where a prefix, or a team of a challenge, is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.errors import UsageError

if TYPE_CHECKING:
    from workbench.challenge.store import Store
    from workbench.challenge.store.transaction import Transaction


def team_meant(
    store: Store, prefix: str | None, challenge: str | None, team: str | None
) -> str | None:
    """Return the id of the team that was named, None where a prefix was.

    Raises:
        UsageError: Neither a prefix nor a team of a challenge was named, or both were.
    """
    from workbench.challenge.submissions import team_here

    if (prefix is None) == (team is None) or (team is not None and challenge is None):
        raise UsageError("name a token's prefix, or --challenge and --team")
    return None if team is None else team_here(store, str(challenge), team).team


def prefixes_meant(transaction: Transaction, prefix: str | None, team: str | None) -> list[str]:
    """Return the prefix that was typed, or those of a team's tokens that were not revoked."""
    from workbench.challenge.submissions import tokens_of

    return [str(prefix)] if team is None else tokens_of(transaction.connection, team)
