"""Reads the file of a long table; ids stay text, so that leading zeros survive."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from workbench.errors import DataError
from workbench.scoring.reading import read_table as read_any


def read_long_file(path: Path | str) -> pd.DataFrame:
    """Return the cells of a CSV or Parquet file, for :func:`rank`.

    Args:
        path: One row a value; gzip is unpacked.

    Raises:
        DataError: The file is absent or unreadable; all that is wrong with it is listed.
    """
    raw = read_any(path)
    if raw.problems:
        raise DataError("the table cannot be read", where=str(path), problems=raw.problems)
    return raw.frame
