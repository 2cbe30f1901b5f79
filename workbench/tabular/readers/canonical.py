"""The canonical tables every reader ends in, and what a reading hands over."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from workbench.errors import UsageError, did_you_mean

from .ledger import Ledger

_KINDS = {
    "str": "object", "date": "datetime64[ns]", "int": "int64", "int?": "Int64",
    "float": "float64", "bool?": "boolean", "bool": "bool",
}  # fmt: skip
TABLES: dict[str, dict[str, str]] = {
    "person": {"person_id": "str", "sex": "str", "birth_year": "int?", "region": "str",
               "cover_start": "date", "cover_end": "date", "death_date": "date"},
    "exposure_event": {"person_id": "str", "date": "date", "cip13": "str", "boxes": "int",
                       "days_supply": "float", "source": "str", "flow_date": "date"},
    "product": {"cip13": "str", "cis": "str", "substance": "str", "atc5": "str",
                "ddd_per_box": "float"},
    "condition": {"person_id": "str", "date": "date", "concept_id": "str"},
    "report": {"case_id": "str", "received": "date", "onset": "date", "age_years": "float",
               "sex": "str", "serious": "bool?", "notifier": "str", "country": "str"},
    "report_drug": {"case_id": "str", "drug": "str", "product": "str", "grain": "str",
                    "role": "str"},
    "report_event": {"case_id": "str", "level": "str", "term": "str"},
}  # fmt: skip
"""Columns and kinds of each canonical table; ``?`` marks kinds that may be missing."""


def canonical(frame: pd.DataFrame, table: str) -> pd.DataFrame:
    """Return a frame with the columns, order and types of a canonical table.

    Columns it lacks are missing throughout; others are dropped.
    """
    columns = {}
    for name, kind in TABLES[table].items():
        cells = frame[name] if name in frame else pd.Series(float("nan"), index=frame.index)
        columns[name] = cells.astype(_KINDS[kind])  # type: ignore[call-overload]
    return pd.DataFrame(columns).reset_index(drop=True)


@dataclass(frozen=True)
class Reading:
    """What a reader hands over.

    Attributes:
        tables: Canonical tables by name.
        ledger: Attrition flow, rejects and decisions.
    """

    tables: dict[str, pd.DataFrame]
    ledger: Ledger

    def __getitem__(self, name: str) -> pd.DataFrame:
        """Return one table.

        Raises:
            UsageError: The source has no such table.
        """
        if name not in self.tables:
            hint = did_you_mean(name, self.tables) or f"tables: {', '.join(self.tables)}"
            raise UsageError(f"this source gives no table '{name}'; {hint}")
        return self.tables[name]
