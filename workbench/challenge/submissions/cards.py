"""What a store keeps of a challenge, so that no folder is needed: cards, case ids, what is public.

Cards and lists are kept as files, by their digest; a setting names the list of each split. Labels
of a hidden split are never kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache

from sqlalchemy import Connection, select

from workbench.challenge.store import tables
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.events import SettingsChanged
from workbench.challenge.store.files import get_file, put_file
from workbench.challenge.store.text import canonical
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.submissions.refusals import unknown_is_refused
from workbench.errors import DataError, HostError
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase

SAMPLE_INPUTS = "sample-inputs"
"""Name of the setting that maps names of the sample's inputs to their sha256."""


def keep_card(transaction: Transaction, card: Challenge) -> None:
    """Keep a card under its digest: a score set names the card it was made with.

    Raises:
        ValueError: The card's digest is not that of its content.
    """
    if put_file(transaction, card_bytes(card)) != card.digest:
        raise ValueError("a card's digest is the sha256 of its canonical JSON")


def card_bytes(card: Challenge) -> bytes:
    """Return a card as the bytes its digest is of."""
    content = card.model_dump(mode="json", exclude_defaults=True)
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def keep_list(transaction: Transaction, challenge: str, name: str, content: bytes) -> None:
    """Keep what participants may know of a split: ``cases.<split>`` or ``labels.<split>``."""
    digest = put_file(transaction, content)
    event = SettingsChanged(name=name, value=digest, reason="the challenge opens")
    transaction.append(event, challenge=challenge)


def keep_inputs(transaction: Transaction, challenge: str, files: Mapping[str, bytes]) -> None:
    """Keep the inputs of the public sample, by their names: a model is tried on them anywhere."""
    named = {name: put_file(transaction, content) for name, content in sorted(files.items())}
    event = SettingsChanged(name=SAMPLE_INPUTS, value=named, reason="the challenge opens")
    transaction.append(event, challenge=challenge)


def forget_list(transaction: Transaction, challenge: str, name: str) -> None:
    """Remove the content of a list that is about to be replaced; its digest stays in the events."""
    setting, file = tables.setting, tables.file
    query = select(setting.c.value).where(setting.c.challenge == challenge, setting.c.name == name)
    value = transaction.execute(query).scalar()
    digest = None if value is None else json.loads(value)
    sent = select(tables.submission.c.id).where(tables.submission.c.digest == digest)
    if transaction.execute(sent.limit(1)).first() is None:
        transaction.execute(file.delete().where(file.c.digest == digest))


def case_list(keys: Iterable[str]) -> bytes:
    """Return the ids of a split's cases as the file that is kept."""
    return canonical(sorted(keys)).encode("utf-8")


def card_of(connection: Connection, challenge: str) -> Challenge:
    """Return the card a challenge opened with.

    Raises:
        UnknownChallenge: The store has none of this id.
    """
    row = challenge_row(connection, challenge)
    return _parsed(row.card, row.card_digest)


def card_sent_to(connection: Connection, challenge: str) -> Challenge:
    """Return the card of the challenge a participant names.

    Raises:
        Refusal: ``unknown-challenge``.
    """
    with unknown_is_refused():
        return card_of(connection, challenge)


def card_of_set(connection: Connection, score_set: str) -> Challenge:
    """Return the card that holds in a score set.

    Raises:
        HostError: The store has no such score set or has lost its card.
    """
    sets = tables.score_set
    query = select(sets.c.card_digest, tables.challenge.c.card, tables.challenge.c.card_digest)
    joined = query.join(tables.challenge, tables.challenge.c.id == sets.c.challenge)
    row = connection.execute(joined.where(sets.c.id == score_set)).one_or_none()
    if row is None:
        raise HostError(f"there is no score set '{score_set}'")
    if row[0] == row[2]:
        return _parsed(row[1], row[2])
    return _parsed(get_file(connection, row[0]).decode("utf-8"), row[0])


def card_of_digest(connection: Connection, digest: str) -> Challenge:
    """Return the card of a digest, as a score set names it.

    Raises:
        DataError: The store has lost it.
    """
    cards = tables.challenge
    opened = connection.scalar(select(cards.c.card).where(cards.c.card_digest == digest).limit(1))
    return _parsed(opened or get_file(connection, digest).decode("utf-8"), digest)


def current_set(connection: Connection, challenge: str) -> str:
    """Return the id of a challenge's newest score set."""
    sets = tables.score_set
    newest = select(sets.c.id).where(sets.c.challenge == challenge).order_by(sets.c.seq.desc())
    return str(connection.scalars(newest.limit(1)).one())


def sealed_labels(connection: Connection, score_set: str) -> dict[str, str]:
    """Return the sha256 of the labels by split that a score set is made with."""
    sets = tables.score_set
    found: dict[str, str] = json.loads(
        connection.scalars(select(sets.c.labels).where(sets.c.id == score_set)).one()
    )
    return found


def kept_list(connection: Connection, challenge: str, name: str) -> bytes | None:
    """Return what :func:`keep_list` kept; None where it kept nothing."""
    setting = tables.setting
    query = select(setting.c.value).where(setting.c.challenge == challenge, setting.c.name == name)
    value = connection.scalar(query)
    return None if value is None else get_file(connection, json.loads(value))


def asked_cases(connection: Connection, card: Challenge, phase: Phase) -> list[str]:
    """Return the ids of all cases that a file sent to a phase answers.

    Raises:
        HostError: The store has lost a list.
    """
    keys: set[str] = set()
    for split in card.splits_answered(phase):
        content = kept_list(connection, card.id, f"cases.{split.id}")
        if content is None:
            raise HostError(f"the store has no list of cases of split '{split.id}' of {card.id}")
        keys.update(json.loads(content))
    return sorted(keys)


@lru_cache(maxsize=64)
def _parsed(text: str, digest: str) -> Challenge:
    """Return a card from its canonical JSON; it was checked when the challenge opened.

    Raises:
        DataError: It is not the card of the digest: limits, dates and metrics would be a forger's.
    """
    card = Challenge.model_validate(json.loads(text))
    if card.digest != digest:
        raise DataError(
            "the card was changed in the store",
            where=f"challenge {card.id}",
            remedy="run `workbench audit verify --store PLACE`; restore it from a backup",
        )
    return card
