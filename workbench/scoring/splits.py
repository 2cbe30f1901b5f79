"""The labels and the cases of a challenge's splits: from the right folder, under their seal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.errors import DataError, UsageError
from workbench.scoring.card import Challenge
from workbench.scoring.card_phases import Split
from workbench.scoring.columns import allowed_columns
from workbench.scoring.files import read_within
from workbench.scoring.keys import key_text
from workbench.scoring.reading import RawTable, read_table, read_table_bytes
from workbench.scoring.truth import labels_digest, load_truth


def split_labels(
    challenge: Challenge, split: Split, labels_folder: Path | str | None = None
) -> pd.DataFrame:
    """Return the labels of a split, in the form of :func:`workbench.scoring.load_truth`.

    Args:
        challenge: The challenge.
        split: One of its splits; a public one lies beside the card.
        labels_folder: The organiser's folder, for a hidden split. Links in it are not followed.

    Raises:
        UsageError: The card or the labels folder is needed and not known.
        DataError: The file is absent, broken, or not the one that was sealed.
    """
    raw = _raw_labels(challenge, split, labels_folder)
    labels = load_truth(raw, challenge)
    found = labels_digest(labels, challenge)
    if split.sealed is not None and found != split.sealed:
        raise DataError(
            f"the labels of split '{split.id}' are not those that were sealed",
            where=raw.name,
            remedy=f"put the sealed file back: {split.sealed[:12]}..., not {found[:12]}...",
        )
    return labels


def case_keys(
    challenge: Challenge, split: Split, labels_folder: Path | str | None = None
) -> list[str]:
    """Return the keys of a split's cases as participants see them listed.

    They come from the split's public list, else from its labels, in the order of that file.

    Raises:
        UsageError: The card or the labels folder is needed and not known.
        DataError: The file is absent or has none of the key columns the challenge knows.
    """
    if split.keys:
        raw = read_table(beside(challenge, split.keys))
    else:
        raw = _raw_labels(challenge, split, labels_folder)
    known = list(dict.fromkeys(form.key for form in allowed_columns(challenge)))
    column = next((name for name in known if name in raw.frame.columns), None)
    if raw.problems or column is None:
        raise DataError(
            f"the list of cases has no key column: expected {' or '.join(known)}",
            where=raw.name,
            problems=raw.problems,
        )
    return [key_text(cell) for cell in raw.frame[column].tolist()]


def _raw_labels(challenge: Challenge, split: Split, labels_folder: Path | str | None) -> RawTable:
    """Read the labels file of a split as it stands."""
    if split.hidden:
        if labels_folder is None:
            raise UsageError(
                f"the labels of split '{split.id}' of {challenge.id} are hidden",
                remedy="name the organiser's folder (--labels DIR, or WORKBENCH_LABELS)",
            )
        content = read_within(labels_folder, split.file, None)
        return read_table_bytes(content, f"{labels_folder}/{split.file}")
    return read_table(beside(challenge, split.file))


def beside(challenge: Challenge, name: str) -> Path:
    """Return the path of a public file of a challenge.

    Raises:
        UsageError: The card was not read from a file, so its folder is not known.
    """
    if challenge.folder is None:
        raise UsageError(
            f"the card of {challenge.id} has no folder, so '{name}' cannot be found",
            remedy="read the card from its file, or give a labels file (--truth)",
        )
    return challenge.folder / name
