"""What can be known of a case without opening it: its name, its place in the list, its file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.challenge.pack.headers import header_fields
from workbench.errors import DataError
from workbench.scoring.cells import numbers

Feature = NDArray[np.float64]
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_MOST_CATEGORIES = 30
_MOST_TOKENS = 8


def name_features(keys: Sequence[str]) -> dict[str, Feature]:
    """Return features of the names, each of shape ``(n, d)``, by a name a person understands.

    A name is cut into runs of letters and runs of digits: ``C06_B108.tif`` has the parts C, 06, B,
    108, tif. A part is taken as a number where it is one, and as a category where few are found.

    >>> sorted(name_features(["C06_B1", "C13_B2", "C06_B3"]))
    ['name part 2 (06)', 'name part 4 (1)']
    """
    found: dict[str, Feature] = {"name length": np.array([[len(key)] for key in keys], dtype=float)}
    parts = [_TOKEN.findall(key) for key in keys]
    most = min(max(map(len, parts), default=0), _MOST_TOKENS)
    for place in range(most):
        column = [part[place] if place < len(part) else "" for part in parts]
        first = next((text for text in column if text), "")
        found[f"name part {place + 1} ({first[:20]})"] = _encoded(column)
    return {name: feature for name, feature in found.items() if _varies(feature)}


def order_features(n: int) -> dict[str, Feature]:
    """Return the place of each row in the file, shape ``(n, 1)``."""
    return {"order of the rows": np.arange(n, dtype=float)[:, None]}


def table_features(table: pd.DataFrame, keys: Sequence[str], key: str) -> dict[str, Feature]:
    """Return the columns of a table of metadata, such as header fields, in the order of the keys.

    Args:
        table: One row a case; every column but the key is a feature.
        keys: The cases.
        key: Name of the key column.

    Raises:
        DataError: The key column is absent, or a case has no row.
    """
    if key not in table.columns:
        raise DataError(f"the metadata have no column '{key}'", where=", ".join(map(str, table)))
    rows = table.astype(object).assign(**{key: table[key].astype(str)}).drop_duplicates(key)
    ordered = rows.set_index(key).reindex(list(keys))
    absent = ordered.index[~ordered.index.isin(rows[key])]
    if len(absent):
        raise DataError(f"the metadata lack {len(absent)} cases", where=f"case {absent[0]}")
    cells = {str(name): ["" if v is None or v != v else str(v) for v in ordered[name]]
             for name in ordered}  # fmt: skip
    found = {f"column {name}": _encoded(column) for name, column in cells.items()}
    return {name: feature for name, feature in found.items() if _varies(feature)}


def file_features(folder: Path, keys: Sequence[str]) -> dict[str, Feature]:
    """Return size, time of change, ending and header fields of each case's file.

    A case's file is named like the case, with or without an ending.

    Raises:
        DataError: There is no such folder, or a case has no file.
    """
    if not folder.is_dir():
        raise DataError("there is no such folder", where=str(folder))
    listed = sorted(path for path in folder.iterdir() if path.is_file())
    by_name = {path.stem: place for place, path in enumerate(listed)}
    by_name |= {path.name: place for place, path in enumerate(listed)}
    absent = [key for key in keys if key not in by_name]
    if absent:
        raise DataError(f"{len(absent)} cases have no file", where=f"{folder}, case {absent[0]}")
    paths = [listed[by_name[key]] for key in keys]
    stats = [path.stat() for path in paths]
    found = {
        "file size": np.array([[s.st_size] for s in stats], dtype=float),
        "file time": np.array([[s.st_mtime] for s in stats], dtype=float),
        "file ending": _encoded([path.suffix for path in paths]),
    }
    headers = [header_fields(path) for path in paths]
    for name in sorted({name for header in headers for name in header}):
        found[f"header {name}"] = _encoded([header.get(name, "") for header in headers])
    return {name: feature for name, feature in found.items() if _varies(feature)}


def _encoded(column: Sequence[str]) -> Feature:
    """Return a column as numbers: its value where it has one, and its most frequent categories."""
    value = np.nan_to_num(numbers(list(column)), nan=-1.0)
    counts = pd.Series(column, dtype=object).value_counts()
    names = sorted(counts.index[:_MOST_CATEGORIES]) if len(counts) <= len(column) / 2 else []
    return np.column_stack(
        [value, np.array([len(text) for text in column]), *_flags(column, names)]
    )


def _flags(column: Sequence[str], names: Sequence[str]) -> Iterator[NDArray[np.float64]]:
    """Yield one column of 0 and 1 a category."""
    for name in names:
        yield np.array([text == name for text in column], dtype=np.float64)


def _varies(feature: Feature) -> bool:
    """Say whether a feature tells any two cases apart."""
    return bool((feature != feature[:1]).any())
