"""Writes the synthetic cohort: tables, manifest and card. No truth is written here."""

from __future__ import annotations

from pathlib import Path

from workbench import data, digests, storage
from workbench.errors import DataError

from .knobs import Knobs
from .tables import draw_tables, some_persons


def write_data_set(
    folder: Path, card: data.DataCard, knobs: Knobs, seed: int, limit: int | None = None
) -> Path:
    """Write the tables, the manifest and the card; return the path of the card.

    A set that was begun with the same settings is written again with the same bytes.

    Args:
        folder: New, empty, or a data set of this use case.
        card: Says which tables and columns, in which order.
        knobs: Settings; they are not written.
        seed: Any non-negative integer; it is not written either. For hidden data choose a large
            one and keep it secret.
        limit: Keep at most this many persons, with and without a death in turn (a trial run).

    Raises:
        DataError: The folder holds other files.
    """
    made = draw_tables(knobs, seed)
    if limit is not None and limit < knobs.n:
        made = some_persons(made, limit)
    expected = {"card.yaml", card.manifest, *(table.path for table in card.tables)}
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if found - expected:
        raise DataError(
            f"the folder holds {', '.join(sorted(found - expected)[:5])}",
            where=str(folder),
            remedy="choose another folder, or delete this one",
        )
    content = {
        table.path: made[table.name][[field.name for field in table.fields]].to_csv(
            index=False, lineterminator="\n"
        )
        for table in card.tables
    }
    others = [
        name
        for name, text in content.items()
        if name in found and digests.of_file(folder / name) != digests.of_bytes(text.encode())
    ]
    if others:
        raise DataError(
            "the folder holds a data set made with other settings, seed or code",
            where=str(folder / others[0]),
            remedy="choose another folder, or delete this one",
        )
    for name, text in content.items():
        storage.write_text(folder / name, text)
    return data.write_card(card, folder)
