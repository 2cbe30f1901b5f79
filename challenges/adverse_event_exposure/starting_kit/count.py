"""Answers the challenge adverse-event-exposure from raw flows. Copy this and improve it.

    python count.py POPULATION --method full --out submission.csv [--split public-test]

POPULATION is a data set as `population/` beside this file; the cells of a hidden split have its
name in front. Four methods, worst first: `naive` (pseudonyms with a row, by pack, packs summed),
`netted` (the same after cancellations), `resolved` (the same by person), `full` (distinct persons
of a substance and their time on treatment, as the workbench counts them).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from workbench import data, registry
from workbench.data import OpenedData
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.periods import calendar_years
from workbench.tabular.person_years import person_years
from workbench.tabular.strata import Strata

CELL = ["substance", "year", "sex", "age"]
MEASURES = ("exposed_patients", "person_years")
BANDS = ("0-19", "20-59", "60+")
DAYS_A_YEAR = 365.25


def flows_of(opened: OpenedData) -> pd.DataFrame:
    """Return the rows of the flows with substance, days of supply, and whose they are."""
    packs = opened.table("product")[["cip13", "substance", "days_supply"]].drop_duplicates()
    rows = opened.table("dispensing").merge(packs, on="cip13")
    rows = rows.merge(opened.table("beneficiary"), on=["pseudonym", "birth_rank"])
    rows = rows.merge(opened.table("person")[["person_id", "sex", "birth_year"]], on="person_id")
    age = rows["date"].dt.year - rows["birth_year"]
    band = np.array(BANDS)[np.digitize(age, [20, 60])]
    return rows.assign(year=rows["date"].dt.year, age=band)


def by_pack(rows: pd.DataFrame, who: str, net: bool) -> pd.DataFrame:
    """Return patients and years a cell: distinct `who` a pack, packs summed; supplies summed."""
    if net:
        key = [who, "date", "cip13"]
        left = rows.groupby(key)["boxes"].transform("sum")
        rows = rows.assign(boxes=left)[left > 0].drop_duplicates(key)
    else:
        rows = rows[rows["boxes"] > 0]
    patients = rows.drop_duplicates([who, "cip13", *CELL]).groupby(CELL).size()
    supply = (rows["boxes"] * rows["days_supply"]).groupby([rows[name] for name in CELL]).sum()
    return pd.DataFrame({"exposed_patients": patients, "person_years": supply / DAYS_A_YEAR})


def full(opened: OpenedData) -> pd.DataFrame:
    """Return patients and years a cell: identity, copies, netting and episodes."""
    params = registry.load("use_case", "adverse_events", "params")
    population = registry.load("use_case", "adverse_events")(params()).population(opened)
    first, last = (opened.table("dispensing")["date"].dt.year.agg(end) for end in ("min", "max"))
    years, by = calendar_years(int(first), int(last)), Strata(("sex", "age"))
    measures = (
        exposed_patients(population.claims, "substance", years, by).table,
        person_years(population.claims, "substance", years, population.rules, by).table,
    )
    tables = [
        table.rename(columns={"code": "substance"})
        .assign(year=table["period"].astype(int))
        .set_index(CELL)
        .drop(columns="period")
        for table in measures
    ]
    return tables[0].join(tables[1], how="outer")


METHODS = {
    "naive": lambda opened: by_pack(flows_of(opened), "pseudonym", net=False),
    "netted": lambda opened: by_pack(flows_of(opened), "pseudonym", net=True),
    "resolved": lambda opened: by_pack(flows_of(opened), "person_id", net=True),
    "full": full,
}


def cells_of(opened: OpenedData) -> pd.DataFrame:
    """Return the cells that are asked for: those of which the flows have a row."""
    return flows_of(opened)[CELL].drop_duplicates().sort_values(CELL, ignore_index=True)


def answer(opened: OpenedData, method: str, split: str = "") -> pd.DataFrame:
    """Return the answer to all cells; one in which nothing is found is 0.

    Args:
        opened: The population.
        method: One of ``METHODS``.
        split: Of a hidden population; its cells have its name in front.
    """
    found = METHODS[method](opened).reset_index()
    table = cells_of(opened).merge(found, on=CELL, how="left")
    cell = table[CELL].astype(str).agg("|".join, axis=1)
    front = f"{split}|" if split else ""
    parts = [
        pd.DataFrame({"cell": front + name + "|" + cell, "estimate": table[name].fillna(0.0)})
        for name in MEASURES
    ]
    return pd.concat(parts).round(4).sort_values("cell", ignore_index=True)


def main() -> None:
    """Answer the cells of a population."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("population", type=Path, help="Folder of the data set.")
    asked.add_argument("--method", choices=METHODS, default="full")
    asked.add_argument("--split", default="", help="Of a hidden population.")
    asked.add_argument("--out", type=Path, required=True)
    given = asked.parse_args()
    found = answer(data.open(given.population, "predict"), given.method, given.split)
    found.to_csv(given.out, index=False, lineterminator="\n")
    print(f"{len(found)} cells")


if __name__ == "__main__":
    main()
