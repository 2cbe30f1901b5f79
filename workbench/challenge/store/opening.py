"""Open a challenge in a store: its card, the seal of its labels, the first score set."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from workbench.challenge.store.events import Cause, ChallengeOpened, ScoreSetOpened
from workbench.challenge.store.tables import challenge as challenges
from workbench.challenge.store.transaction import Transaction
from workbench.errors import DataError
from workbench.scoring import Challenge
from workbench.scoring.scorer import code_digest


def open_challenge(
    transaction: Transaction, card: Challenge, labels: Mapping[str, str] | None = None
) -> str:
    """Record that a challenge opens, and open its first score set.

    Args:
        transaction: Of the store.
        card: The checked card.
        labels: sha256 of the labels by split; the card's own seals where not given.

    Returns:
        The id of the first score set, ``v-000002``.

    Raises:
        DataError: The store has a challenge of this id.
    """
    if transaction.execute(select(challenges.c.id).where(challenges.c.id == card.id)).first():
        remedy = "change it with `workbench rescore --card`; another round needs an id of its own"
        raise DataError(f"'{card.id}' was opened in this store before", remedy=remedy)
    sealed = dict(card.sealed if labels is None else labels)
    payload = ChallengeOpened(
        version=card.version,
        unit=card.unit,
        card=card.model_dump(mode="json", exclude_defaults=True),
        card_digest=card.digest,
        labels=sealed,
        code_digest=code_digest(),
    )
    transaction.append(payload, challenge=card.id)
    return open_score_set(transaction, card, sealed, cause="start", reason="the challenge opens")


def open_score_set(
    transaction: Transaction,
    card: Challenge,
    labels: Mapping[str, str],
    *,
    cause: Cause,
    reason: str,
) -> str:
    """Open a score set, in which everybody is scored anew; earlier ones stay.

    Returns:
        Its id.
    """
    new = transaction.new_id("v")
    payload = ScoreSetOpened(
        score_set=new,
        cause=cause,
        reason=reason,
        card_digest=card.digest,
        code_digest=code_digest(),
        labels=dict(labels),
    )
    transaction.append(payload, challenge=card.id)
    return new
