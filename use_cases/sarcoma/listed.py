"""What every layout gives: one row a case with its outcome, and characteristics still unencoded."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.data.findings import Finding


@dataclass(frozen=True)
class Listed:
    """The cases of a data set.

    Attributes:
        name: Name of the table the times stand in, for messages.
        table: One row a case: ``case``, ``person``, ``time`` in days, ``event`` (1 seen, 0
            censored), and ``centre``, ``competing`` where known.
        numeric: Numbers known at the origin, NaN where missing; rows as in ``table``.
        categorical: Categories known at the origin as text, None where missing.
        findings: What is wrong beside times and events.
    """

    name: str
    table: pd.DataFrame
    numeric: pd.DataFrame
    categorical: pd.DataFrame
    findings: list[Finding]

    def __post_init__(self) -> None:
        for name in ("table", "numeric", "categorical"):
            object.__setattr__(self, name, getattr(self, name).reset_index(drop=True))
