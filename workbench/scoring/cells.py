"""Turns one written cell into a number, or says exactly why it is none."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np

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
    flat = " ".join(text.split())
    return flat if len(flat) <= 40 else flat[:37] + "..."
