"""Populations drawn by the use case, cut to the tables that a challenge gives away."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbench import data, registry, storage
from workbench.config import params_of

SPLITS = ("public-test", "private-test")


def use_case(**synthetic: Any) -> Any:
    """Return the use case with settings of its generator."""
    params = registry.load("use_case", "adverse_events", "params")
    return registry.load("use_case", "adverse_events")(params_of({"synthetic": synthetic}, params))


def keep_tables(folder: Path, names: Collection[str]) -> None:
    """Leave only some tables in a data set; its card and manifest are written anew."""
    card = data.load_card(folder / "card.yaml")
    for table in card.tables:
        if table.name not in names:
            (folder / table.path).unlink()
    tables = tuple(table for table in card.tables if table.name in names)
    labels = tuple(name for name in card.label_tables if name in names)
    data.write_card(card.model_copy(update={"tables": tables, "label_tables": labels}), folder)


def hide_label(folder: Path, name: str, public: pd.DataFrame) -> None:
    """Replace a table by one without its label, and take the label out of the card."""
    card = data.load_card(folder / "card.yaml")
    path = folder / next(table.path for table in card.tables if table.name == name)
    pq.write_table(pa.Table.from_pandas(public, preserve_index=False), path, compression="zstd")
    tables = tuple(
        table.model_copy(update={"fields": tuple(f for f in table.fields if f.role != "label")})
        for table in card.tables
    )
    data.write_card(card.model_copy(update={"tables": tables, "label_tables": ()}), folder)


def write_csv(path: Path, table: pd.DataFrame) -> None:
    """Write a table with the same bytes each time."""
    storage.write_text(path, table.to_csv(index=False, lineterminator="\n"))
