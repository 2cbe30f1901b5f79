"""The card of a new score set: what it may change of a challenge that runs."""

from __future__ import annotations

from workbench.challenge.store import Store
from workbench.challenge.submissions.cards import card_of
from workbench.errors import UsageError
from workbench.scoring import Challenge


def check_phases(store: Store, card: Challenge) -> None:
    """Refuse a card whose phases close otherwise than those the challenge opened with.

    Files are taken by the card of the opening, whatever a later one says. What is shown of scores
    goes by the later one: with an earlier close it would show all of them while files still come.

    Raises:
        UsageError: A phase is gone, new, or has another split, close or source.
    """
    with store.reading() as connection:
        opened = card_of(connection, card.id)
    before, after = _course(opened), _course(card)
    if names := sorted(name for name in before | after if before.get(name) != after.get(name)):
        raise UsageError(
            f"the card changes split, close or source of the phases {', '.join(names)}",
            where=card.id,
            remedy="leave them as they were when the challenge opened; what is shown may change",
        )


def _course(card: Challenge) -> dict[str, tuple[object, ...]]:
    """Return what stays of each phase."""
    return {p.id: (p.split, p.closes, p.takes_from, p.final) for p in card.phases}
