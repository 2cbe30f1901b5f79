"""A table of counts of persons, read and checked: keys of its cells, counts in each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.disclosure.dimension import Dimension

Key = tuple[str, ...]
Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Table:
    """Cells of a table.

    Attributes:
        dimensions: Names of the columns that make a key.
        keys: One a cell, ``n`` of them.
        counts: Of each measure, ``(n,)``.
    """

    dimensions: tuple[str, ...]
    keys: tuple[Key, ...]
    counts: Mapping[str, Whole]

    def __len__(self) -> int:
        """Number of cells."""
        return len(self.keys)

    def name(self, cell: int) -> str:
        """Return a cell's key in words."""
        return name_of(self.dimensions, self.keys[cell])


def name_of(dimensions: Sequence[str], key: Key) -> str:
    """Return a key in words.

    >>> name_of(("sex", "age"), ("F", "0-19"))
    'sex=F, age=0-19'
    """
    return ", ".join(f"{name}={value}" for name, value in zip(dimensions, key, strict=True))


def read_table(
    cells: pd.DataFrame, hierarchy: Mapping[str, Dimension], measures: Sequence[str]
) -> Table:
    """Check a table and return its cells.

    Args:
        cells: One row a cell; a column a dimension and a column a measure.
        hierarchy: Every column that makes a key.
        measures: Columns of counts of persons.

    Raises:
        DataError: Columns are missing, or, by code, all cells that are wrong: ``no-key`` (a missing
            value), ``twice`` (two rows of one key), ``bad-count`` (no whole number from 0).
    """
    dimensions = tuple(hierarchy)
    absent = [name for name in (*dimensions, *measures) if name not in cells]
    if absent or not len(cells) or not measures:
        raise DataError(
            f"a table needs rows, a column a dimension and one a measure; lacks {absent or 'rows'}"
        )
    keys = read_keys(cells, dimensions)
    problems = []
    counts: dict[str, Whole] = {}
    for measure in measures:
        values = pd.to_numeric(cells[measure]).to_numpy(dtype=np.float64, na_value=np.nan)
        wrong = ~(np.isfinite(values) & (values >= 0) & (values == np.floor(values)))
        problems += [
            Problem(
                "bad-count",
                f"{measure} is {values[i]:g}; a count of persons is a whole number from 0",
                name_of(dimensions, keys[i]),
                "give true counts: what is hidden is chosen here",
            )
            for i in np.flatnonzero(wrong)
        ]
        counts[measure] = np.where(wrong, 0, values).astype(np.int64)
    if problems:
        raise DataError(f"{len(problems)} problem(s) with a table of counts", problems=problems)
    return Table(dimensions, keys, counts)


def read_keys(cells: pd.DataFrame, dimensions: Sequence[str]) -> tuple[Key, ...]:
    """Return the key of each row.

    Raises:
        DataError: ``no-key`` or ``twice``, all rows at once.
    """
    columns = [cells[name] for name in dimensions]
    missing = np.flatnonzero(np.any([column.isna() for column in columns], axis=0))
    keys = tuple(zip(*(column.astype(str) for column in columns), strict=True))
    first: dict[Key, int] = {}
    problems = [Problem("no-key", "a key has a missing value", f"row {row}") for row in missing]
    for row, key in enumerate(keys):
        if first.setdefault(key, row) != row:
            words = f"the key of row {first[key]} again"
            problems.append(Problem("twice", words, f"row {row}: {name_of(dimensions, key)}"))
    if problems:
        raise DataError(f"{len(problems)} problem(s) with the keys of a table", problems=problems)
    return keys
