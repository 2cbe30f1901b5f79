"""Reads the cells of a long table: ids as text, values as numbers, every fault with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem, UsageError, did_you_mean
from workbench.scoring.cells import Fault, number
from workbench.scoring.keys import key_text

REQUIRED = ("case", "algorithm", "value")
OPTIONAL = ("task", "unit", "centre")


@dataclass(frozen=True)
class Ids:
    """One column of ids: a number a row, and the sorted texts the numbers stand for.

    Attributes:
        codes: Shape ``(rows,)``; -1 where the id is missing.
        names: Sorted, as text; leading zeros are kept.
    """

    codes: NDArray[np.int64]
    names: tuple[str, ...]


def match_columns(frame: pd.DataFrame, columns: Mapping[str, str] | None) -> dict[str, str]:
    """Return the frame's column for each part of the long table that it has.

    Args:
        frame: Any columns.
        columns: Names that differ, as ``{"algorithm": "alg_name"}``.

    Raises:
        UsageError: A part is unknown, or a needed column is not there; all are listed.
    """
    given = dict(columns or {})
    present = [str(name) for name in frame.columns]
    problems = []
    for part in given:
        if part not in REQUIRED + OPTIONAL:
            hint = did_you_mean(part, REQUIRED + OPTIONAL)
            problems.append(Problem("unknown-part", f"'{part}' is no part of the table", "", hint))
    found = {}
    for part in REQUIRED + OPTIONAL:
        name = given.get(part, part)
        if present.count(name) > 1:
            problems.append(Problem("two-columns", f"the column '{name}' stands there twice"))
        elif name in present:
            found[part] = name
        elif part in REQUIRED or part in given:
            say = f"say which it is: --{part} NAME, in Python columns={{'{part}': NAME}}"
            hint = did_you_mean(name, present) or say
            listed = ", ".join(other or "(no name)" for other in present)
            message = f"no column '{name}' for the {part}; there are {listed}"
            problems.append(Problem("missing-column", message, "", hint))
    if problems:
        raise UsageError("the table lacks columns to rank by", problems=problems)
    return found


def read_ids(cells: pd.Series[Any], column: str) -> tuple[Ids, list[Problem]]:
    """Return a column of ids as text, and a problem for each that is missing."""
    raw, distinct = pd.factorize(cells, use_na_sentinel=True)
    texts = [key_text(cell) for cell in distinct]
    names = tuple(sorted(set(texts) - {""}))
    place = {name: i for i, name in enumerate(names)}
    lookup = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int64)
    codes = lookup[raw]
    problems = [
        Problem("missing-id", "the id is missing", f"row {row + 1}, column {column}", "write it")
        for row in np.flatnonzero(codes < 0)
    ]
    return Ids(codes, names), problems


def read_values(cells: pd.Series[Any], column: str) -> tuple[NDArray[np.float64], list[Problem]]:
    """Return the values and a problem for each cell that is no finite number.

    A missing value is NaN; a cell with a problem is not missing, so that it is named once.
    """
    if cells.dtype.kind in "biuf":
        values = cells.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        broken: Sequence[int] = np.flatnonzero(np.isinf(values)).tolist()
        faults = {row: number(float(values[row])) for row in broken}
    else:
        gone = cells.isna()
        read = [None if none else number(cell) for cell, none in zip(cells, gone, strict=True)]
        values = np.array(
            [np.nan if x is None else x if isinstance(x, float) else 0.0 for x in read]
        )
        faults = {row: x for row, x in enumerate(read) if isinstance(x, Fault)}
    problems = [
        Problem(fault.code, fault.message, f"row {row + 1}, column {column}", fault.remedy)
        for row, fault in faults.items()
        if isinstance(fault, Fault)
    ]
    return values, problems
