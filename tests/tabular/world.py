"""Small populations: rows as plain tuples, and the same rows as claims."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from workbench.tabular.claims import Claims, open_claims
from workbench.tabular.contracts import EXPOSURE_EVENT, HOSPITAL_STAY, PERSON, PRODUCT
from workbench.tabular.engine import Engine

Day = dt.date
START = Day(2019, 1, 1)


def day(number: int) -> Day:
    """Return the day so many days after 2019-01-01."""
    return START + dt.timedelta(days=number)


@dataclass
class World:
    """Rows of the canonical tables, in the order of their contracts."""

    person: list[tuple[Any, ...]] = field(default_factory=list)
    events: list[tuple[Any, ...]] = field(default_factory=list)
    product: list[tuple[Any, ...]] = field(default_factory=list)
    stays: list[tuple[Any, ...]] = field(default_factory=list)

    def table(self, engine: Engine, name: str) -> Any:
        """Return one of the tables on an engine."""
        types = {
            "person": PERSON, "events": EXPOSURE_EVENT, "product": PRODUCT, "stays": HOSPITAL_STAY,
        }[name]  # fmt: skip
        rows = pd.DataFrame(getattr(self, name), columns=list(types), dtype=object)
        return engine.frame(rows, types)

    def claims(self, engine: Engine, **options: Any) -> Claims:
        """Return checked claims."""
        tables = (self.table(engine, name) for name in ("person", "events", "product"))
        return open_claims(engine, *tables, **options)


def person(
    name: str,
    sex: str | None = "F",
    born: int | None = 1950,
    region: str | None = "11",
    *,
    cover: tuple[Day, Day | None] = (Day(2010, 1, 1), None),
    died: Day | None = None,
) -> tuple[Any, ...]:
    """Return a row of ``person``."""
    return (name, sex, born, region, cover[0], cover[1], died)


def event(
    name: str, date: Day, cip13: str, boxes: int = 1, supply: float | None = 30.0
) -> tuple[Any, ...]:
    """Return a row of ``exposure_event``."""
    return (name, date, cip13, boxes, supply, "city", None)


def pack(
    cip13: str,
    cis: str | None = None,
    substance: str | None = None,
    atc5: str | None = None,
    ddd: float | None = 28.0,
) -> tuple[Any, ...]:
    """Return a row of ``product``."""
    return (cip13, cis, substance, atc5, ddd)
