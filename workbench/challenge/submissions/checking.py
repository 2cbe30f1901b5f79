"""The check that costs nothing: the same bytes on a laptop and in the engine."""

from __future__ import annotations

from datetime import UTC, datetime

from workbench.challenge.models import ArchiveReport, check_archive
from workbench.challenge.store import Store
from workbench.challenge.submissions.cards import asked_cases, card_sent_to
from workbench.challenge.submissions.phases import named_phase
from workbench.errors import UsageError
from workbench.scoring import Challenge, CheckReport, case_keys, check_report
from workbench.scoring.card import SAMPLE


def check(store: Store, challenge: str, content: bytes, phase: str | None = None) -> CheckReport:
    """Check a file against a challenge of a store; nothing is recorded and no quota used.

    Args:
        store: The store.
        challenge: Id of the challenge.
        content: The file's bytes.
        phase: Whose cases are asked for; where not given that which is open, else the card's first.

    Raises:
        Refusal: Unknown challenge or phase.
    """
    now = store.now()
    with store.reading() as connection:
        card = card_sent_to(connection, challenge)
        keys = asked_cases(connection, card, named_phase(card, phase, now))
    return check_report(content, card, keys)


def check_model(store: Store, challenge: str, content: bytes) -> ArchiveReport:
    """Check a model's archive against a challenge of a store; nothing of it is run or recorded.

    Args:
        store: The store.
        challenge: Id of the challenge.
        content: The archive's bytes.

    Raises:
        Refusal: Unknown challenge.
    """
    with store.reading() as connection:
        card = card_sent_to(connection, challenge)
    return check_archive(content, card)


def check_here(
    card: Challenge, content: bytes, phase: str | None = None, now: datetime | None = None
) -> CheckReport:
    """Check a file against a challenge's folder, without a store: the participant's dry run.

    Args:
        card: The challenge, read from its file.
        content: The file's bytes.
        phase: As for :func:`check`. A card without phases asks for the sample's cases.
        now: The moment that decides which phase is open; this machine's clock where not given.

    Raises:
        Refusal: Unknown phase.
        UsageError: The ids of the cases are not public, so only the organiser's side can check.
    """
    if card.phases:
        chosen = named_phase(card, phase, now or datetime.now(UTC))
        splits = card.splits_answered(chosen)
    else:
        splits = [card.split(SAMPLE)]
    for split in splits:
        if split.hidden and not split.keys:
            raise UsageError(
                f"the ids of split '{split.id}' are not public: the file cannot be checked here",
                remedy="let the organiser's side check it",
            )
    keys = {key for split in splits for key in case_keys(card, split)}
    return check_report(content, card, keys)
