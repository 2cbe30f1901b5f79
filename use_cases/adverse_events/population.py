"""From raw flows to claims: who was exposed to what until when, and for how long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbench.data import OpenedData
from workbench.tabular.claims import Claims, open_claims
from workbench.tabular.engine import Engine, open_engine
from workbench.tabular.episodes import EpisodeRules
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.periods import Period
from workbench.tabular.readers.flows import read_flows
from workbench.tabular.readers.ledger import Ledger

RULES = EpisodeRules(gap_days=0, grace_days=0, stockpiling=True, supply="stated")
"""How dispensings become time: what is left is taken later; no gap and no grace is added."""
_TYPES = {
    "string": "string", "category": "string", "integer": "int64", "number": "float64",
    "boolean": "boolean", "date": "date",
}  # fmt: skip
_TABLES = ("person", "beneficiary", "dispensing", "product")


@dataclass(frozen=True, eq=False)
class Population:
    """Claims of a data set, and what was left out on the way.

    Attributes:
        claims: Canonical tables.
        ledger: The flow of rows, decisions and rejects.
        start: First day of the window: of the year of the first dispensing.
        rules: How dispensings become time on treatment.
    """

    claims: Claims
    ledger: Ledger
    start: dt.date
    rules: EpisodeRules = RULES

    def exposed_until(self, days: Sequence[int]) -> pd.DataFrame:
        """Return the distinct patients of each substance from the window's start to some days.

        Args:
            days: Days from the start, each with its own column; the day itself is included.

        Returns:
            One row a substance, 0 where nobody was exposed yet.
        """
        last = {day: self.start + dt.timedelta(days=day) for day in days}
        periods = [Period(str(day), self.start, end) for day, end in last.items()]
        found = exposed_patients(self.claims, "substance", periods).table
        table = found.pivot(index="code", columns="period", values="exposed_patients")
        return table.reindex(columns=[str(day) for day in days]).fillna(0).set_axis(days, axis=1)


def open_population(data: OpenedData, most_rejected: float = 0.02, threads: int = 1) -> Population:
    """Return the claims of an opened data set.

    Pseudonym and birth rank become persons by the table ``beneficiary``; a row that a later flow
    holds again counts once; boxes are netted by person, pack and date.

    Args:
        data: The opened data set.
        most_rejected: Share of boxes of unknown packs or persons that stops.
        threads: Of the engine.

    Raises:
        DataError: See ``read_flows`` and ``open_claims``.
        UsageError: Ibis is not installed.
    """
    engine = open_engine("duckdb", threads=threads)
    tables = {name: _given(engine, data, name) for name in _TABLES}
    read = read_flows(engine, tables, max_rejected=most_rejected, name="dispensings")
    claims = open_claims(engine, *(read.tables[n] for n in ("person", "exposure_event", "product")))
    first = int(np.asarray(data.table("dispensing")["date"].dt.year).min())
    return Population(claims, read.ledger, dt.date(first, 1, 1))


def _given(engine: Engine, data: OpenedData, name: str) -> object:
    """Return a table of the data set with the types of its card."""
    card = next(table for table in data.card.tables if table.name == name)
    return engine.frame(data.table(name), {field.name: _TYPES[field.type] for field in card.fields})
