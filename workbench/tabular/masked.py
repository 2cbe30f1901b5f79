"""Counts masked by whoever published them: an interval, never 0 and never missing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import DataError, Problem


def masked_counts(
    table: pd.DataFrame, column: str, *, threshold: int, marks: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return published counts with the bounds that masking leaves.

    Args:
        table: One row a cell.
        column: Its count: a number, missing, or one of ``marks``.
        threshold: Counts below it were masked, 2 or more; 11 masks 1 to 10.
        marks: Texts that stand for a masked count, such as ``"<11"`` or ``"s"``.

    Raises:
        DataError: By row: ``not-a-count``, and ``zero-in-masked-table``: where counts below the
            threshold are masked a 0 is either a true one or a masked one that somebody filled in,
            so that it must be said which, by leaving it out or masking it.

    Returns:
        The table with ``exposed`` (missing where masked), ``masked``, ``low`` and ``high``.
    """
    if threshold < 2:
        raise DataError(f"a masking threshold is 2 or more; got {threshold}")
    written = table[column]
    masked = written.isna() | written.astype("string").str.strip().isin(list(marks)).fillna(False)
    count = pd.to_numeric(written.where(~masked), errors="coerce")
    whole = count.notna() & (count >= 0) & (count == np.floor(count))
    faults = [("not-a-count", ~masked & ~whole, "is no count")]
    if masked.any():
        text = "is 0 or below the threshold in a table whose small counts are masked"
        faults.append(("zero-in-masked-table", ~masked & whole & (count < threshold), text))
    problems = [
        Problem(code, f"{written.iloc[row]!r} {text}", f"row {row}, column {column}")
        for code, rows, text in faults
        for row in np.flatnonzero(rows).tolist()
    ]
    if problems:
        raise DataError("the published counts cannot be used", problems=problems)
    found = table.copy()
    found["exposed"] = count.astype("Int64")
    found["masked"] = masked.astype(bool)
    found["low"] = count.where(~masked, 1).astype("int64")
    found["high"] = count.where(~masked, threshold - 1).astype("int64")
    return found


def total_bounds(table: pd.DataFrame) -> tuple[int, int]:
    """Return the bounds of a sum of cells that add up (boxes; patients of strata, not of drugs).

    >>> cells = masked_counts(pd.DataFrame({"n": [20, None]}), "n", threshold=11)
    >>> total_bounds(cells)
    (21, 30)
    """
    return int(table["low"].sum()), int(table["high"].sum())
