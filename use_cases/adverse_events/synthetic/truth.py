"""The truth behind flows and reports, for the organiser alone: no data set holds it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench import digests, storage

from .blocks import Block, World
from .knobs import Knobs
from .persons import AGE_BANDS, REGIONS, region_names
from .reporting import NOTIFIERS
from .treated import treated_days

_DAYS_A_YEAR = 365.25
_SEX = ("M", "F")


class Tally:
    """Counts the truth over blocks.

    Args:
        world: What the blocks share.
    """

    def __init__(self, world: World) -> None:
        drugs, terms = len(world.market.substances), len(world.market.terms)
        self.world = world
        cells = (drugs, world.knobs.years, len(AGE_BANDS), len(_SEX))
        self.exposed = np.zeros(cells, dtype=np.int64)
        self.treated_days = np.zeros(cells, dtype=np.int64)
        self.by_region = np.zeros((drugs, world.knobs.years, REGIONS), dtype=np.int64)
        self.happened = np.zeros((drugs, terms), dtype=np.int64)
        self.by_notifier = np.zeros((drugs, 2, len(NOTIFIERS), 2), dtype=np.int64)

    def add(self, block: Block) -> None:
        """Count a block."""
        exposed, events, reported = block.exposed, block.events, block.reported
        sex = block.who.female[exposed.person].astype(np.int64)
        # The age reached in the year, so that a person stands in one cell of a year.
        band = block.who.yearly_bands(self.world.knobs)[exposed.person, exposed.year]
        np.add.at(self.exposed, (exposed.substance, exposed.year, band, sex), 1)
        region = block.who.region[exposed.person]
        np.add.at(self.by_region, (exposed.substance, exposed.year, region), 1)
        self.treated_days += treated_days(
            block.real, block.who, self.world.market, self.world.knobs
        )
        drug = exposed.substance[events.row]
        np.add.at(self.happened, (drug, events.event), 1)
        severity, known = events.serious.astype(np.int64), reported.known.astype(np.int64)
        np.add.at(self.by_notifier, (drug, severity, reported.notifier, known), 1)

    def exposed_table(self) -> pd.DataFrame:
        """Return distinct exposed and person-years by substance, year, age band and sex.

        Empty cells are rows too. Age is the one reached in the year.
        """
        axes = self._yearly() | {"age_band": list(AGE_BANDS), "sex": list(_SEX)}
        table = _long(self.exposed, axes, "exposed")
        return table.assign(person_years=(self.treated_days / _DAYS_A_YEAR).round(6).ravel())

    def region_table(self) -> pd.DataFrame:
        """Return the distinct exposed by substance, year and region."""
        axes = self._yearly() | {"region": region_names(np.arange(REGIONS)).tolist()}
        return _long(self.by_region, axes, "exposed")

    def _yearly(self) -> dict[str, list[Any]]:
        """Return the axes of a table by substance and year."""
        knobs = self.world.knobs
        years = [knobs.start_year + number for number in range(knobs.years)]
        return {"substance": list(self.world.market.substances), "year": years}

    def incidence_table(self) -> pd.DataFrame:
        """Return events of each pair, its true ratio, and whether it was planted."""
        market, effects = self.world.market, self.world.effects
        axes = {"substance": list(market.substances), "event": list(market.terms)}
        table = _long(self.happened, axes, "events")
        years = self.exposed.sum(axis=(1, 2, 3))
        table["exposed_years"] = np.repeat(years, len(market.terms))
        table["ratio"] = effects.ratio.ravel().round(6)
        return table.assign(planted=effects.planted.ravel())

    def reporting_table(self) -> pd.DataFrame:
        """Return events and those reported by substance, severity and notifier."""
        axes = {
            "substance": list(self.world.market.substances),
            "serious": [False, True],
            "notifier": list(NOTIFIERS),
        }
        table = _long(self.by_notifier.sum(axis=3), axes, "events")
        return table.assign(reported=self.by_notifier[..., 1].ravel())


def count_truth(knobs: Knobs, seed: int) -> Tally:
    """Live the population again and count; nothing of it is kept but the counts."""
    tally = Tally(World.of(knobs, seed))
    for block in tally.world.blocks():
        tally.add(block)
    return tally


def write_truth(path: Path, knobs: Knobs, seed: int) -> Path:
    """Write the organiser's file: true exposure, true incidence, true reporting, signals, seed.

    Args:
        path: In the organiser's folder, never in a data set.
        knobs: Of the population.
        seed: Of the population.
    """
    tally = count_truth(knobs, seed)
    tables = {
        "exposed": tally.exposed_table(),
        "exposed_by_region": tally.region_table(),
        "incidence": tally.incidence_table(),
        "reporting": tally.reporting_table(),
    }
    document: dict[str, Any] = {
        "knobs": asdict(knobs),
        "seed": seed,
        "generator": digests.of_code([Path(__file__).parent]),
    }
    parts = {name: table.to_dict(orient="list") for name, table in tables.items()}
    return storage.write_json(path, document | parts)


def _long(counts: np.ndarray, axes: dict[str, list[Any]], name: str) -> pd.DataFrame:
    """Return an array of counts as a row a cell."""
    index = pd.MultiIndex.from_product(axes.values(), names=list(axes))
    return pd.DataFrame({name: counts.ravel()}, index=index).reset_index()
