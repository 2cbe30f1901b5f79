"""Open a challenge: check it, seal its labels, keep what intake, scoring and teams need."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pandas as pd

from workbench.audit import actor
from workbench.challenge.pack import check_pack
from workbench.challenge.store import Store, opening
from workbench.challenge.submissions.cards import case_list, keep_card, keep_inputs, keep_list
from workbench.challenge.submissions.labels import labels_folder_of
from workbench.challenge.submissions.phases import settle
from workbench.challenge.submissions.sample_inputs import sample_inputs
from workbench.errors import DataError, UsageError
from workbench.scoring import (
    Challenge,
    case_keys,
    labels_digest,
    load_challenge,
    load_truth,
    split_labels,
)
from workbench.scoring.reading import read_table_bytes


@dataclass(frozen=True)
class OpenedChallenge:
    """What opening a challenge made.

    Attributes:
        challenge: Its id.
        version: Of the card.
        card: Digest of the card.
        score_set: Id of the first score set.
        labels: sha256 of the labels by split: the seal.
    """

    challenge: str
    version: str
    card: str
    score_set: str
    labels: dict[str, str]


@dataclass(frozen=True)
class SealedChallenge:
    """A challenge that was checked and can be opened.

    Attributes:
        card: Its card.
        seals: sha256 of the labels by split.
        kept: Lists of cases, and public labels, by the name they are kept under.
        inputs: Of the public sample, by name; empty where models are not taken.
    """

    card: Challenge
    seals: dict[str, str]
    kept: dict[str, bytes]
    inputs: dict[str, bytes] = field(default_factory=dict)


def seal_challenge(
    card: Challenge | Path | str, labels_folder: Path | str | None = None, *, now: datetime
) -> SealedChallenge:
    """Check a challenge and seal its labels; no store is needed, and none is made where it fails.

    Args:
        card: The card, its path or its name.
        labels_folder: Folder of the hidden labels; see :func:`labels_folder_of`.
        now: The time by which its phases are checked.

    Raises:
        UsageError: The card is wrong, has no phase, or hidden labels are not at hand.
        DataError: The labels do not fit the card; all problems of the pack at once.
    """
    checked = card if isinstance(card, Challenge) else load_challenge(card)
    if not checked.phases:
        remedy = "give it phases: docs/challenges.md says how"
        raise UsageError(
            "the card has no phase: nobody could submit", where=checked.id, remedy=remedy
        )
    labels_folder = labels_folder_of(labels_folder, checked.id)
    labels = {name: split_labels(checked, s, labels_folder) for name, s in checked.splits.items()}
    check_pack(checked, labels_folder, now=now).raise_problems()
    seals = {name: labels_digest(table, checked) for name, table in labels.items()}
    kept = {
        f"cases.{name}": case_list(case_keys(checked, split, labels_folder))
        for name, split in checked.splits.items()
    }
    kept |= {
        f"labels.{name}": public_labels(labels[name], checked, seals[name])
        for name, split in checked.splits.items()
        if not split.hidden
    }
    return SealedChallenge(checked, seals, kept, sample_inputs(checked))


def open_challenge(
    store: Store,
    card: SealedChallenge | Challenge | Path | str,
    labels_folder: Path | str | None = None,
    author: str | None = None,
) -> OpenedChallenge:
    """Open a challenge in a store.

    Its phases then open and close by the store's clock. Labels of hidden splits stay where they
    are: their digests are recorded, and scoring refuses labels that differ.

    Args:
        store: The store.
        card: The card, its path or its name; or what :func:`seal_challenge` made of it.
        labels_folder: Folder of the hidden labels.
        author: In whose name; the account where not given.

    Raises:
        UsageError: As :func:`seal_challenge`.
        DataError: Likewise, or the store has this challenge already.
    """
    if not isinstance(card, SealedChallenge):
        card = seal_challenge(card, labels_folder, now=store.now())
    checked = card.card
    with store.writing(author or actor()) as transaction:
        score_set = opening.open_challenge(transaction, checked, card.seals)
        keep_card(transaction, checked)
        for name, content in card.kept.items():
            keep_list(transaction, checked.id, name, content)
        if card.inputs:
            keep_inputs(transaction, checked.id, card.inputs)
        settle(transaction, checked)
    return OpenedChallenge(checked.id, checked.version, checked.digest, score_set, card.seals)


def public_labels(labels: pd.DataFrame, card: Challenge, seal: str) -> bytes:
    """Return public labels as the file that is kept."""
    content = labels.to_csv(index=False, lineterminator="\n").encode("utf-8")
    again = load_truth(read_table_bytes(content, "labels"), card)
    if labels_digest(again, card) != seal:
        raise DataError("the public labels do not survive being written as CSV", where=card.id)
    return content
