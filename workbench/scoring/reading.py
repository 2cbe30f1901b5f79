"""Reads a CSV or Parquet file, plain or gzip, as it stands; told by content, not by name."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.scoring.bounds import Bounds
from workbench.scoring.csv_text import read_csv_bytes
from workbench.scoring.files import read_file
from workbench.scoring.parquet import read_parquet_bytes
from workbench.scoring.raw import RawTable, as_raw
from workbench.scoring.unpack import unpacked

__all__ = ["RawTable", "as_raw", "read_csv_bytes", "read_table", "read_table_bytes"]


def read_table(
    path: Path | str, *, encoding: str = "utf-8", bounds: Bounds | None = None
) -> RawTable:
    """Return the table of a file.

    Ids stay text, so that leading zeros survive.

    Args:
        path: A CSV or Parquet file; gzip is unpacked.
        encoding: What CSV is written in, where it is not UTF-8.
        bounds: How much of it is read; None for no limit.

    Raises:
        DataError: The file is absent, no regular file, or not readable at all.
    """
    return read_table_bytes(read_file(path), Path(path).name, encoding=encoding, bounds=bounds)


def read_table_bytes(
    content: bytes, name: str, *, encoding: str = "utf-8", bounds: Bounds | None = None
) -> RawTable:
    """Return the table of a file's bytes; see :func:`read_table`."""
    plain = unpacked(content, None if bounds is None else bounds.size_bytes)
    if plain.problem is not None:
        return RawTable(name, pd.DataFrame(), problems=[plain.problem])
    if plain.kind == "parquet":
        return read_parquet_bytes(plain.content, name, bounds)
    return read_csv_bytes(plain.content, name, encoding, bounds)
