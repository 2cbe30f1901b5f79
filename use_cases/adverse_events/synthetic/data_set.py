"""Writes the synthetic population block by block: memory holds one block, whatever the size."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench import data, digests, storage
from workbench.errors import DataError

from .blocks import World
from .knobs import Knobs
from .pairs import ReportedPairs

PERSONS_A_CASE = 250  # of a trial run: enough for a report of each label
_TYPES = {
    "string": pa.string(), "category": pa.string(), "integer": pa.int64(), "number": pa.float64(),
    "boolean": pa.bool_(), "date": pa.date32(),
}  # fmt: skip


def write_data_set(
    folder: Path,
    card: data.DataCard,
    knobs: Knobs,
    seed: int,
    limit: int | None = None,
    done: Callable[[], None] = lambda: None,
) -> Path:
    """Write the tables, the manifest and the card; return the path of the card.

    Each block of persons is a row group. The same settings and seed give the same bytes.

    Args:
        folder: New, empty, or a data set of this use case.
        card: Says which tables and columns, in which order.
        knobs: Settings; they are not written.
        seed: Any non-negative integer; it is not written either. For hidden data choose a large
            one and keep it secret.
        limit: Keep at most this many pairs, of a population that is cut in proportion.
        done: Called after each block.

    Raises:
        DataError: The folder holds other files, or a set made with other settings.
    """
    _refuse_strangers(folder, card)
    if limit is not None:
        knobs = replace(knobs, persons=min(knobs.persons, max(2000, PERSONS_A_CASE * limit)))
    world = World.of(knobs, seed)
    pairs = ReportedPairs(world)
    with storage.writing_folder(folder) as aside:
        with _Tables(aside, card) as tables:
            for block in world.blocks():
                made = block.tables()
                tables.add(made)
                pairs.add(made["report_drug"], made["report_event"])
                done()
            tables.add({"product": world.market.products(seed), "pair": pairs.table(limit)})
        written = data.write_card(card, aside)
        _refuse_others(folder, aside, card)
    return folder / written.name


class _Tables:
    """Open Parquet files of a data set, one a table, each fed by row groups."""

    def __init__(self, folder: Path, card: data.DataCard) -> None:
        self.stack = ExitStack()
        self.writers: dict[str, Any] = {}
        for table in card.tables:
            schema = pa.schema([(field.name, _TYPES[field.type]) for field in table.fields])
            writer = pq.ParquetWriter(folder / table.path, schema, compression="zstd")
            self.writers[table.name] = self.stack.enter_context(writer)

    def __enter__(self) -> _Tables:
        return self

    def __exit__(self, *reason: object) -> None:
        self.stack.close()

    def add(self, made: dict[str, pd.DataFrame]) -> None:
        """Add one row group to each of some tables; columns of no contract are left out."""
        for name, frame in made.items():
            writer = self.writers[name]
            columns = frame[writer.schema.names]
            writer.write_table(
                pa.Table.from_pandas(columns, writer.schema, preserve_index=False, safe=False)
            )


def _refuse_strangers(folder: Path, card: data.DataCard) -> None:
    """Refuse a folder that holds what is not of this data set."""
    expected = {"card.yaml", card.manifest, *(table.path for table in card.tables)}
    found = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if found - expected:
        raise DataError(
            f"the folder holds {', '.join(sorted(found - expected)[:5])}",
            where=str(folder),
            remedy="choose another folder, or delete this one",
        )


def _refuse_others(folder: Path, aside: Path, card: data.DataCard) -> None:
    """Refuse to replace a finished set that was made with other settings, seed or code."""
    before, after = folder / card.manifest, aside / card.manifest
    if before.is_file() and digests.of_file(before) != digests.of_file(after):
        raise DataError(
            "the folder holds a data set made with other settings, seed or code",
            where=str(folder),
            remedy="choose another folder, or delete this one",
        )
