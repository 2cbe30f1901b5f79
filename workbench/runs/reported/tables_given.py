"""Which tables of a data set the plan names, and the packs with a code for each grain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from workbench.errors import DataError, Problem, UsageError, did_you_mean
from workbench.runs.reported.plan import RatesPlan
from workbench.tabular.readers.snds import read_snds_packs

if TYPE_CHECKING:
    from workbench.data.door import OpenedData

NAMED = "written as "
"""Before the columns of packs that hold names as people write them."""
_ATC = {"atc1": 1, "atc2": 3, "atc3": 4, "atc4": 5, "atc5": 7}


def products(opened: OpenedData, plan: RatesPlan) -> pd.DataFrame:
    """Return the packs with a column for each grain that their codes give.

    Raises:
        DataError: ``missing-column``: no pack, or no code of a grain of the plan.
    """
    table, raw = _packs(opened, plan)
    grains = {"pack": "cip13", "speciality": "cis", "substance": "substance", "atc5": "atc5"}
    found = pd.DataFrame({grain: raw[name] for grain, name in grains.items() if name in raw})
    if "atc5" in found:
        for level, length in _ATC.items():
            whole = found["atc5"].str.len() >= length
            found[level] = found["atc5"].str.slice(0, length).where(whole)
    asked = ["pack", *plan.grains, plan.comparison.grain]
    problems = [
        Problem("missing-column", f"no column gives the grain '{grain}'", f"table {table}")
        for grain in dict.fromkeys(asked)
        if grain not in found
    ]
    if problems:
        raise DataError("packs lack codes that the plan asks for", problems=problems)
    written = {f"{NAMED}{n}": raw[n] for n in plan.sources.products.names if n in raw}
    return found.assign(**written)


def _packs(opened: OpenedData, plan: RatesPlan) -> tuple[str, pd.DataFrame]:
    """Return the table of packs and its name; SNDS brings its own where there is no other."""
    table, claims = plan.sources.products.table, plan.sources.claims
    if claims.reader == "snds" and table not in {one.name for one in opened.card.tables}:
        table = claims.tables.get("IR_PHA_R", "IR_PHA_R")
        packs: pd.DataFrame = read_snds_packs(opened.table(table))
        return table, packs.dropna(axis="columns", how="all")
    return table, opened.table(table)


def tables_of(
    opened: OpenedData,
    named: dict[str, str],
    needed: tuple[str, ...],
    where_given: tuple[str, ...] = (),
) -> dict[str, str]:
    """Return the table of the data set for each table of a reader.

    Raises:
        UsageError: ``missing-table``, ``unknown-table``: all at once.
    """
    known = [table.name for table in opened.card.tables]
    problems = [
        Problem(
            "unknown-table",
            f"the reader takes no table '{name}'; {did_you_mean(name, (*needed, *where_given))}",
            "rates.sources",
        )
        for name in named
        if name not in (*needed, *where_given)
    ]
    found = {name: named.get(name, name) for name in needed}
    found |= {n: named.get(n, n) for n in where_given if n in named or n in known}
    problems += [
        Problem(
            "missing-table",
            f"the data set has no table '{table}'; {did_you_mean(table, known)}".rstrip("; "),
            "rates.sources",
            f"say which one is '{name}': tables: {{{name}: ...}}",
        )
        for name, table in found.items()
        if table not in known
    ]
    if problems:
        raise UsageError("the sources are not in the data set", problems=problems)
    return found
