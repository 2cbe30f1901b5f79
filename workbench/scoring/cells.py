"""Turns one written cell into a number, or says exactly why it is none."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from workbench.scoring.raw import shown

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_MISSING = {"", "na", "n/a", "nan", "null", "none", "-", "?", "#n/a", "<na>", "nat"}
_INFINITE = re.compile(r"[+-]?(inf|infinity|∞)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+([eE][+-]?\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}([ ,'’\u00a0\u202f_]\d{3})+(\.\d+)?")


class Fault(NamedTuple):
    """Why a cell is not a usable number: code, message, remedy."""

    code: str
    message: str
    remedy: str


# What Arrow reads to the same bit as Python does: the plain form of a number, without a plus sign.
_PLAIN_NUMBER = r"^\s*-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?\s*$"


def numbers(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Return the numbers in the cells of a column; NaN where :func:`number` must look closer.

    Args:
        cells: Cells of one column, shape ``(n,)``.

    >>> numbers(["0.25", "-0", "0,5", "1e999"]).tolist()
    [0.25, 0.0, nan, nan]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        written = pa.array(cells, type=pa.string())
    except (pa.ArrowException, TypeError, UnicodeEncodeError):
        return _typed_numbers(cells)
    plain = pc.fill_null(pc.match_substring_regex(written, _PLAIN_NUMBER), False)
    kept = pc.ascii_trim_whitespace(pc.if_else(plain, written, "nan"))
    values = np.array(pc.cast(kept, pa.float64()).to_numpy(zero_copy_only=False)) + 0.0
    values[~np.isfinite(values)] = np.nan
    return values


def _typed_numbers(cells: Sequence[Any]) -> NDArray[np.float64]:
    """Return the numbers of a column that is not all text; NaN where a closer look is needed."""
    array = np.asarray(cells)
    if array.dtype.kind in "fiu":
        finite = np.array(array, dtype=np.float64) + 0.0
        return np.where(np.isfinite(finite), finite, np.nan)
    values = [number(cell) for cell in cells]
    return np.array([v if isinstance(v, float) else np.nan for v in values], dtype=np.float64)


def number(cell: Any) -> float | Fault | None:
    """Return the number in a cell, None for a missing value, or what is wrong with it.

    Args:
        cell: Text from a CSV file, or a typed value from Parquet or a frame.

    >>> number("0.25"), number("  "), number("0,25").code
    (0.25, None, 'decimal-comma')
    """
    if isinstance(cell, str):
        return _from_text(cell)
    if cell is None:
        return None
    if isinstance(cell, bool | np.bool_ | int | np.integer | float | np.floating | Decimal):
        return _checked(float(cell), repr(cell))
    try:
        if math.isnan(cell):
            return None
    except TypeError:
        pass
    return Fault("not-a-number", f"{_short(repr(cell))} is not a number", "write a number")


def _from_text(cell: str) -> float | Fault | None:
    """Read text strictly: digits, a point, an exponent; nothing else."""
    text = cell.strip()
    if _NUMBER.fullmatch(text):
        return _checked(float(text), text)
    shown = f"'{_short(text)}'"
    if text.lower() in _MISSING:
        return None
    if _INFINITE.fullmatch(text):
        return Fault("infinite", f"{shown} is infinite", "write a finite number")
    if _THOUSANDS.fullmatch(text):
        return Fault("thousand-separator", f"{shown} has a thousand separator", "leave it out")
    if _DECIMAL_COMMA.fullmatch(text):
        return Fault("decimal-comma", f"{shown} has a decimal comma", "write a decimal point")
    return Fault("not-a-number", f"{shown} is not a number", "write digits 0-9 and a point")


def _checked(value: float, shown: str) -> float | Fault | None:
    """Refuse infinity, take NaN as missing, and make -0 plain 0."""
    if math.isnan(value):
        return None
    if math.isinf(value):
        return Fault("infinite", f"{_short(shown)} is infinite", "write a finite number")
    return value + 0.0


def _short(text: str) -> str:
    """Cut text so that a message stays one line."""
    return shown(" ".join(text[:200].split()), 40)
