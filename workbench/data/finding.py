"""Find a data set by name or path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from workbench.data.adhoc import Bundle, card_of_csv, card_of_files, card_of_folder
from workbench.data.card_file import CARD_NAME, load_card
from workbench.errors import DataError, did_you_mean


def data_roots() -> list[Path]:
    """Return the folders searched for data sets by name: ``WORKBENCH_DATA``, or ``data`` here."""
    named = os.environ.get("WORKBENCH_DATA") or "data"
    return [Path(root).expanduser() for root in named.split(os.pathsep) if root]


def find(source: str | Path | Sequence[str | Path], person: str | None) -> Bundle:
    """Return the data set ``source`` names.

    Args:
        source: A card, a folder with or without ``card.yaml``, a file, a list of files, or the
            name of a data set in one of the data folders.
        person: Column that names the person, for a CSV without a card.

    Raises:
        DataError: There is no such data set, or its card is broken.
    """
    if not isinstance(source, (str, Path)):
        if len(source) != 1:
            return card_of_files([Path(path) for path in source])
        source = source[0]
    path = Path(source).expanduser()
    if path.is_dir():
        if (path / CARD_NAME).exists():
            return Bundle(load_card(path), path, None)
        return card_of_folder(path)
    if path.is_file():
        if path.suffix in (".yaml", ".yml"):
            return Bundle(load_card(path), path.parent, None)
        return card_of_csv(path, person) if path.suffix == ".csv" else card_of_files([path])
    return _by_name(str(source))


def _by_name(name: str) -> Bundle:
    """Return the data set of this name from the data folders."""
    cards = [card for root in data_roots() for card in sorted(root.glob(f"*/{CARD_NAME}"))]
    for card in cards:
        if card.parent.name.replace("_", "-") == name.replace("_", "-"):
            return Bundle(load_card(card), card.parent, None)
    known = [card.parent.name for card in cards]
    hint = did_you_mean(name, known) or f"known by name: {', '.join(known) or 'none'}"
    roots = ", ".join(str(root) for root in data_roots())
    raise DataError(
        f"there is no file, folder or data set '{name}'; {hint}",
        remedy=f"give a path, or put the data set into one of: {roots} (WORKBENCH_DATA)",
    )
