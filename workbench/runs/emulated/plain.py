"""Numbers of a result as JSON has them, and back: NaN is null."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Return JSON values: NumPy numbers become Python's, NaN and infinities become None.

    >>> plain({"a": np.float64(0.5), "b": (np.int64(1), float("nan"))})
    {'a': 0.5, 'b': [1, None]}
    """
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    found = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(found, float) and not math.isfinite(found) else found


def numeric(value: Any) -> Any:
    """Return what :func:`plain` made, with NaN for None.

    >>> numeric({"a": [None, 1.0]})
    {'a': [nan, 1.0]}
    """
    if isinstance(value, dict):
        return {key: numeric(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [numeric(inner) for inner in value]
    return math.nan if value is None else value
