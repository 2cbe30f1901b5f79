"""A reader with paper only: tries every table of small whole numbers that agrees with a release."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from workbench.methods.disclosure.dimension import Dimension, additive, overlapping


def cross(rows: np.ndarray, *, distinct: np.ndarray | None = None) -> pd.DataFrame:
    """Return a table of two columns with all sums; ``distinct`` gives the totals over drugs."""
    r, c = rows.shape
    full = np.zeros((r + 1, c + 1), dtype=int)
    full[:r, :c] = rows
    full[:r, c] = rows.sum(axis=1)
    full[r] = full[:r].sum(axis=0) if distinct is None else [*distinct, distinct.sum()]
    names = [*(f"d{i}" for i in range(r)), "all"], [*(f"a{j}" for j in range(c)), "all"]
    return pd.DataFrame(
        [(d, a, full[i, j]) for i, d in enumerate(names[0]) for j, a in enumerate(names[1])],
        columns=["drug", "age", "cases"],
    )


def hierarchy_of(rows: int, columns: int, *, overlap: bool = False) -> dict[str, Dimension]:
    drugs, ages = [f"d{i}" for i in range(rows)], [f"a{j}" for j in range(columns)]
    return {"drug": overlapping(drugs) if overlap else additive(drugs), "age": additive(ages)}


def agrees(cells: Mapping[tuple[str, str], int], rows: int, columns: int, overlap: bool) -> bool:
    drugs, ages = [f"d{i}" for i in range(rows)], [f"a{j}" for j in range(columns)]
    for d in [*drugs, "all"]:
        if sum(cells[d, a] for a in ages) != cells[d, "all"]:
            return False
    for a in [*ages, "all"]:
        parts, whole = [cells[d, a] for d in drugs], cells["all", a]
        if overlap and not max(parts) <= whole <= sum(parts):
            return False
        if not overlap and sum(parts) != whole:
            return False
    return True


def every_table(
    release: pd.DataFrame, rows: int, columns: int, most: int, *, overlap: bool = False
) -> dict[tuple[str, str], set[int]]:
    """Return all values each hidden cell may have, by trying all numbers from 1 to ``most``."""
    keys = list(zip(release["drug"], release["age"], strict=True))
    known = {k: int(v) for k, v in zip(keys, release["cases"], strict=True) if not pd.isna(v)}
    hidden = [k for k in keys if k not in known]
    found: dict[tuple[str, str], set[int]] = {k: set() for k in hidden}
    for values in product(range(1, most + 1), repeat=len(hidden)):
        cells = known | dict(zip(hidden, values, strict=True))
        if agrees(cells, rows, columns, overlap):
            for key, value in zip(hidden, values, strict=True):
                found[key].add(value)
    return found
