"""What readers left out, and why: kept with a stage, published by ``flow.py``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbench.tabular.readers.ledger import Ledger


@dataclass(frozen=True)
class Counted:
    """What was read and what was left out of it, without any row about a person.

    Attributes:
        flow: ``source, table, reason, before, left_out, after``.
        decisions: ``source, code, table, rows, message``.
        rejects: ``source, table, column, code, rows, volume, share``.
    """

    flow: pd.DataFrame
    decisions: pd.DataFrame
    rejects: pd.DataFrame

    @classmethod
    def of(cls, ledger: Ledger, source: str) -> Counted:
        """Return what a ledger holds."""
        tables = (ledger.flow_table(), ledger.decision_table(), ledger.reject_table())
        flow, decisions, rejects = (table.assign(source=source) for table in tables)
        return cls(flow.drop(columns="volume_after"), decisions, rejects)

    @classmethod
    def joined(cls, parts: list[Counted]) -> Counted:
        """Return several as one."""
        names = ("flow", "decisions", "rejects")
        return cls(*(_joined([getattr(part, name) for part in parts]) for name in names))

    def write(self, folder: Path) -> None:
        """Keep it in a stage."""
        for name in ("flow", "decisions", "rejects"):
            getattr(self, name).to_parquet(folder / f"{name}.parquet", index=False)

    @classmethod
    def read(cls, folder: Path) -> Counted:
        """Return what a stage kept."""
        names = ("flow", "decisions", "rejects")
        return cls(*(pd.read_parquet(folder / f"{name}.parquet") for name in names))


def _joined(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the rows of all; an empty table has no say in what the columns hold."""
    return pd.concat([t for t in tables if len(t)] or tables[:1], ignore_index=True)
