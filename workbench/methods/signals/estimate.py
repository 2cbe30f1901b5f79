"""What a measure of disproportionality says of each pair."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Estimate:
    """One measure of many pairs.

    Attributes:
        name: Of the measure, such as ``prr``.
        value: Shape ``(m,)``; NaN where undefined.
        low: Lower end of the interval, ``(m,)``; NaN where undefined.
        high: Upper end.
        level: Of the interval.
        undefined: Why there is no value or no interval, in words; empty where there are both.
        formula: The formula of value and interval, with its source.
    """

    name: str
    value: Floats
    low: Floats
    high: Floats
    level: float
    undefined: NDArray[np.object_]
    formula: str

    def columns(self) -> pd.DataFrame:
        """Return the columns of a table: value, ends, and why where something is missing."""
        parts = {"": self.value, "_low": self.low, "_high": self.high}
        found = pd.DataFrame({self.name + end: values for end, values in parts.items()})
        if (self.undefined != "").any():
            found[f"{self.name}_undefined"] = self.undefined
        return found


def first_reason(size: int, *cases: tuple[NDArray[np.bool_], str]) -> NDArray[np.object_]:
    """Return the first reason that holds for each pair; empty where none does.

    Args:
        size: How many pairs there are.
        cases: Where a reason holds, and the reason.
    """
    found = np.full(size, "", dtype=object)
    for holds, reason in reversed(cases):
        found[holds] = reason
    return found
