"""Reads a published results table: numbers as printed, with the digits they were rounded to."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import Problem
from workbench.scoring.cells import Fault, number


@dataclass(frozen=True)
class Printed:
    """One printed column.

    Attributes:
        name: Its header.
        values: The numbers, shape ``(teams,)``.
        decimals: Most decimals that any cell shows.
    """

    name: str
    values: NDArray[np.float64]
    decimals: int

    @property
    def half_step(self) -> float:
        """How far an unrounded number can be from its print."""
        return 0.5 * 10.0**-self.decimals


def read_printed(frame: pd.DataFrame, name: str) -> tuple[Printed, list[Problem]]:
    """Return a column as printed, and a problem for each cell that holds no number.

    Args:
        frame: Cells as text keep trailing zeros (``0.80`` has two decimals); numbers lose them.
        name: Header of the column.
    """
    values, decimals, problems = [], 0, []
    for row, cell in enumerate(frame[name], start=1):
        read = number(cell)
        if isinstance(read, float):
            values.append(read)
            decimals = max(decimals, _decimals(cell))
            continue
        fault = read or Fault("missing-value", "there is no number", "write it")
        assert isinstance(fault, Fault)
        where = f"row {row}, column {name}"
        problems.append(Problem(fault.code, fault.message, where, fault.remedy))
    return Printed(name, np.array(values), decimals), problems


def _decimals(cell: Any) -> int:
    """Return how many decimals a cell shows; 3.0 shows none unless it is text."""
    text = cell.strip() if isinstance(cell, str) else repr(float(cell)).removesuffix(".0")
    exponent = Decimal(text).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
