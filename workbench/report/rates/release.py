"""A release of reporting rates as its pages see it: each table read once, by substance."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from workbench.errors import DataError
from workbench.report.artefacts import Absent, Artefacts
from workbench.report.rates.pairs import Pairs, pairs_of
from workbench.report.rates.published import TABLES, by_code, in_order, published, rows_of
from workbench.report.rates.substance import Substance, substances

PATIENTS, PERSON_YEARS = "exposed_patients", "person_years"
ALL = "all"
Rows = list[dict[str, Any]]


class Release:
    """The tables of a run folder of ``workbench rates``.

    Args:
        folder: Of the run.

    Raises:
        DataError: It holds no list of substances or no rates.
    """

    def __init__(self, folder: Path) -> None:
        self.artefacts = Artefacts(folder)
        self.folder = folder
        self._read: dict[str, pd.DataFrame | Absent] = {}
        for name in ("substances", "rates"):
            if not (folder / TABLES / f"{name}.csv").is_file():
                raise DataError(
                    f"not the folder of reporting rates: it has no {TABLES}/{name}.csv",
                    where=str(folder),
                    remedy="name a folder that `workbench rates` wrote",
                )

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What ``run.json`` says."""
        return self.artefacts.facts("run.json")

    @property
    def conventions(self) -> dict[str, Any]:
        """Conventions of the run: per, interval, threshold, periods and others."""
        found = self.facts.get("conventions")
        return found if isinstance(found, dict) else self.facts

    @cached_property
    def substances(self) -> list[Substance]:
        """Every substance, by class and name."""
        frame = self._needed("substances", "code", "label", "class", "class_label")
        return substances(rows_of(frame))

    @cached_property
    def by_code(self) -> dict[str, Substance]:
        """Every substance by its code."""
        return {one.code: one for one in self.substances}

    @cached_property
    def groups(self) -> dict[str, list[Substance]]:
        """The substances of each class."""
        found: dict[str, list[Substance]] = {}
        for one in self.substances:
            found.setdefault(one.group, []).append(one)
        return found

    @cached_property
    def _rates(self) -> pd.DataFrame:
        """The rates of substances."""
        needed = ("grain", "code", "period", "sex", "age", "measure", "exposed", "cases", "rate")
        frame = self._needed("rates", *needed)
        own = frame[frame["code"].isin(list(self.by_code))]
        grains = list(dict.fromkeys(own["grain"]))
        grain = "substance" if "substance" in grains else (grains or [""])[0]
        return own[own["grain"] == grain]

    def table(self, name: str, *needed: str) -> Rows:
        """Return the rows of a table of the run folder."""
        return rows_of(self._published(name, *needed))

    def _needed(self, name: str, *columns: str) -> pd.DataFrame:
        """Return a table without which there is no report."""
        try:
            return self._published(name, *columns)
        except Absent as absent:
            raise DataError(str(absent), where=str(self.folder)) from None

    def _published(self, name: str, *needed: str) -> pd.DataFrame:
        """Return a table, read once; one that cannot be used is not tried again."""
        if name not in self._read:
            try:
                self._read[name] = published(self.folder, name, *needed)
            except Absent as absent:
                self._read[name] = absent
        found = self._read[name]
        if isinstance(found, Absent):
            raise found
        return found

    @cached_property
    def totals(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Code, then measure: the row of all periods, sexes and ages."""
        total = self._rates[self._over("period", "sex", "age")]
        return {
            code: {row["measure"]: row for row in rows} for code, rows in by_code(total).items()
        }

    @cached_property
    def margins(self) -> dict[str, dict[str, Rows]]:
        """``period``, ``sex`` and ``age``: rows of each code by that column alone."""
        columns = ("period", "sex", "age")
        found = {}
        for one in columns:
            rest = [name for name in columns if name != one]
            whole = self._over(*rest)
            if one == "age" and self.age_period != ALL:
                whole = self._over("sex") & (self._rates["period"] == self.age_period)
            rows = self._rates[whole & (self._rates[one] != ALL)]
            ordered = rows.sort_values(one, kind="stable", key=lambda cells: cells.map(in_order))
            found[one] = by_code(ordered)
        return found

    @cached_property
    def age_period(self) -> str:
        """The period ages are known of: all of them, else the last one with ages."""
        by_age = self._rates[self._over("sex") & (self._rates["age"] != ALL)]
        periods = sorted(set(by_age["period"]), key=in_order)
        return ALL if ALL in periods or not periods else str(periods[-1])

    @cached_property
    def crossed(self) -> dict[str, Rows]:
        """Rows of each code by two of period, sex and age together; those by all three are more."""
        inside = (self._rates[["period", "sex", "age"]] != ALL).sum(axis=1)
        return by_code(self._rates[inside == 2])

    @cached_property
    def hidden(self) -> tuple[int, int]:
        """Hidden cells of patients, and all of them."""
        own = self._rates[self._rates["measure"] == PATIENTS]
        return int(own["masked"].sum()) if "masked" in own else 0, len(own)

    def _over(self, *columns: str) -> pd.Series[bool]:
        """Return which rows are totals over some columns."""
        return (self._rates[list(columns)] == ALL).all(axis=1)

    @cached_property
    def cases(self) -> dict[str, Rows]:
        """Rows of ``cases.csv`` of each code."""
        return by_code(self._published("cases", "code", "by", "value", "cases"))

    @cached_property
    def classes(self) -> dict[str, dict[str, Any]]:
        """Row of each code in its class."""
        return {code: rows[0] for code, rows in by_code(self._published("classes", "code")).items()}

    @cached_property
    def verdicts(self) -> Mapping[str, Any]:
        """What is said of each class."""
        return self._json("classes")

    @cached_property
    def standardised(self) -> dict[str, Rows]:
        """Standardised rates of each code."""
        return by_code(self._published("standardised", "code", "rate"))

    @cached_property
    def trend(self) -> dict[str, Rows]:
        """Rates over time of each code."""
        return by_code(self._published("trend", "code", "period", "rate"))

    @cached_property
    def trends(self) -> Mapping[str, Any]:
        """What is said of each code's trend."""
        return self._json("trend")

    @cached_property
    def pairs(self) -> Pairs:
        """Scored pairs of the substances."""
        frame = self._published("signals", "code", "event", "n")
        return pairs_of(frame[frame["code"].isin(list(self.by_code))])

    @cached_property
    def signal_facts(self) -> Mapping[str, Any]:
        """What is said of the signals: formulas, prior."""
        return self._json("signals")

    @cached_property
    def scenarios(self) -> dict[str, Rows]:
        """Under-reporting scenarios of each code."""
        return by_code(self._published("under_reporting", "code", "share_reported", "rate"))

    def _json(self, name: str) -> Mapping[str, Any]:
        """Return a JSON table of the run folder, empty where it is absent."""
        return self.artefacts.facts(f"{TABLES}/{name}.json")
