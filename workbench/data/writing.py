"""Write a data set's card and manifest beside its files."""

from __future__ import annotations

from pathlib import Path

from workbench.data.card import DataCard
from workbench.data.card_file import CARD_NAME, write_card_file
from workbench.data.manifest import write_manifest


def write_card(card: DataCard, folder: Path | str) -> Path:
    """Write ``card.yaml`` and the manifest of every file now in ``folder``.

    Write the data first: the manifest holds the files as they are when this is called.

    Args:
        card: The card.
        folder: Folder of the data set.

    Returns:
        Path of the card.
    """
    folder = Path(folder)
    write_manifest(folder, card.manifest)
    return write_card_file(card, folder / CARD_NAME)
