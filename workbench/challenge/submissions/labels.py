"""The labels a worker scores with: read again for every submission, and only if they are sealed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from sqlalchemy import Connection

from workbench.challenge.models import Models
from workbench.challenge.submissions.cards import kept_list, sealed_labels
from workbench.digests import of_bytes
from workbench.errors import DataError, HostError, Problem
from workbench.scoring import Challenge, labels_digest, load_truth
from workbench.scoring.card_phases import Split
from workbench.scoring.files import read_within
from workbench.scoring.reading import read_table_bytes

CHANGED = "labels-changed"


def labels_folder_of(folder: Path | str | None, challenge: str) -> Path | None:
    """Return where the hidden labels of a challenge lie.

    That is the folder in the organiser's folder that has the challenge's id, where there is one,
    so that challenges whose splits have the same names share a store; else the folder itself.
    """
    if folder is None:
        return None
    own = Path(folder, challenge)
    return own if own.is_dir() else Path(folder)


class Labels:
    """The labels of a worker: public ones from the store, hidden ones from the organiser's folder.

    Args:
        folder: Of the hidden labels, see :func:`labels_folder_of`; None where a worker scores
            public splits only.
        models: What submitted models are run with; None where a worker leaves them to others.
    """

    def __init__(self, folder: Path | str | None = None, models: Models | None = None) -> None:
        self.folder = folder
        self.models = models
        self._read: dict[tuple[str, str, str], tuple[pd.DataFrame, str]] = {}

    def of(
        self, connection: Connection, card: Challenge, split: Split, score_set: str
    ) -> pd.DataFrame:
        """Return the labels of a split, checked against the seal of a score set.

        The file is read each time; it is parsed again only where its bytes have changed.

        Raises:
            HostError: They are not at hand, broken, or not those that were sealed; the last has a
                problem with the code ``labels-changed``.
        """
        seal = sealed_labels(connection, score_set).get(split.id)
        content = self._content(connection, card, split)
        key = (card.digest, split.id, of_bytes(content))
        if key not in self._read:
            try:
                found = load_truth(read_table_bytes(content, f"{split.id} labels"), card)
            except DataError as error:
                raise _changed(split, error.render()) from error
            others = {k: v for k, v in self._read.items() if k[:2] != key[:2]}
            self._read = others | {key: (found, labels_digest(found, card))}
        table, digest = self._read[key]
        if digest != seal:
            raise _changed(split, f"sealed {seal}, found {digest}")
        return table

    def _content(self, connection: Connection, card: Challenge, split: Split) -> bytes:
        """Return the bytes of a labels file."""
        if not split.hidden:
            kept = kept_list(connection, card.id, f"labels.{split.id}")
            if kept is not None:
                return kept
        folder = labels_folder_of(self.folder, card.id)
        if folder is None:
            raise HostError(
                f"the labels of split '{split.id}' of {card.id} are not at hand",
                remedy="name the organiser's folder (--labels DIR, or WORKBENCH_LABELS)",
            )
        try:
            return read_within(folder, split.file, None)
        except DataError as error:
            raise HostError(error.message, where=error.where, remedy=error.remedy) from error


def _changed(split: Split, detail: str) -> HostError:
    message = f"the labels of split '{split.id}' are not those that were sealed"
    remedy = "put the sealed file back; a correction of labels is a new score set"
    problem = Problem(CHANGED, detail, f"split {split.id}", remedy)
    return HostError(message, where=f"split {split.id}", problems=[problem], remedy=remedy)
