"""True counts of every cell: distinct exposed patients, cases, person-years; none is shown yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.runs.reported.cases import Cases
from workbench.runs.reported.plan import ALL, RatesPlan
from workbench.tabular.exposed import exposed_patients
from workbench.tabular.partitioned.store import PartitionedClaims
from workbench.tabular.person_years import person_years
from workbench.tabular.strata import UNKNOWN

KEY = ("code", "period", "sex", "age")


@dataclass(frozen=True)
class Axes:
    """The values of each dimension of a table of cells.

    Attributes:
        years: Calendar years; ``all`` is one more period.
        sexes: With ``unknown`` where a person or a case has none.
        bands: Age bands, with ``unknown`` likewise.
    """

    years: tuple[str, ...]
    sexes: tuple[str, ...]
    bands: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Exposed:
    """Exposure by code, period and stratum, where there is any.

    Attributes:
        patients: By grain, columns ``code, period, sex, age, exposed_patients``.
        years: ``code, period, sex, age, person_years`` of the first grain; None where not asked.
        first: Month of the first dispensing of each code of the first grain.
        several: Packs under more than one code, by grain: they count for each.
    """

    patients: dict[str, pd.DataFrame]
    years: pd.DataFrame | None
    first: pd.Series
    several: dict[str, int]


def count_exposed(store: PartitionedClaims, plan: RatesPlan) -> Exposed:
    """Return the exposure of every code; distinct patients are exact.

    Person-years are those of the first grain and of single years: they add up over periods and
    codes where patients do not, so that a total would give a hidden part away.
    """
    strata = plan.by_person()
    patients: dict[str, pd.DataFrame] = {}
    several: dict[str, int] = {}
    for grain in plan.grains:
        found = exposed_patients(
            store, grain, plan.all_periods(), strata, several="each", engine="partitioned"
        )
        patients[grain], several[grain] = found.table, found.several
    years = None
    if plan.measures.person_years is not None:
        rules = plan.measures.person_years.rules()
        years = person_years(
            store.claims(), plan.grains[0], plan.years(), rules, strata, several="each"
        ).table
    if not len(patients[plan.grains[0]]):
        problem = Problem(
            "nobody-exposed", "no dispensing lies in the plan's years", "rates.periods"
        )
        raise DataError("there is nobody to count", problems=[problem])
    return Exposed(patients, years, _first_month(store, plan), several)


def axes_of(plan: RatesPlan, exposed: Exposed, cases: Cases) -> Axes:
    """Return the values of each dimension; unknown is one where anything is."""
    tables = [*exposed.patients.values(), cases.case]
    sexes, bands = (
        (*known, UNKNOWN) if any((table[name] == UNKNOWN).any() for table in tables) else known
        for name, known in (("sex", ("F", "M")), ("age", plan.bands))
    )
    return Axes(tuple(period.name for period in plan.years()), sexes, bands)


def cells_of(
    grain: str, axes: Axes, exposed: Exposed, cases: Cases, plan: RatesPlan
) -> pd.DataFrame:
    """Return every cell of a grain, rows of 0 among them.

    Age bands are those of a year, so that all years together have sexes only: who was 59 in the
    first year is 61 in the last.

    Returns:
        ``code, period, sex, age, exposed, cases`` and, of the first grain, ``person_years``.
    """
    patients, drugs = exposed.patients[grain], cases.drugs[grain]
    codes = np.array(sorted({*patients["code"], *drugs["code"]}), dtype=object)
    columns = {
        "exposed": _filled(patients, "exposed_patients", codes, (*axes.years, ALL), axes),
        "cases": _cases(drugs, cases.case, codes, axes),
    }
    if exposed.years is not None and grain == plan.grains[0]:
        columns["person_years"] = _filled(
            exposed.years, "person_years", codes, (*axes.years, ALL), axes
        )
    return _long({name: _with_totals(block) for name, block in columns.items()}, codes, axes)


def _filled(
    table: pd.DataFrame, column: str, codes: NDArray[np.object_], periods: Sequence[str], axes: Axes
) -> NDArray[np.float64]:
    """Return a table as an array by code, period, sex and age; 0 where there is no row."""
    block = np.zeros((len(codes), len(periods), len(axes.sexes), len(axes.bands)))
    axes_of: tuple[Sequence[str], ...] = (codes.tolist(), periods, axes.sexes, axes.bands)
    places = [
        pd.Index(values).get_indexer(pd.Index(table[name]))
        for name, values in zip(KEY, axes_of, strict=True)
    ]
    np.add.at(block, tuple(places), table[column].to_numpy(dtype=np.float64))
    return block


def _cases(
    drugs: pd.DataFrame, case: pd.DataFrame, codes: NDArray[np.object_], axes: Axes
) -> NDArray[np.float64]:
    """Return distinct cases by code, period, sex and age; all years are their sum."""
    rows = case.iloc[drugs["case"].to_numpy()]
    block = np.zeros((len(codes), len(axes.years) + 1, len(axes.sexes), len(axes.bands)))
    places = [pd.Index(codes).get_indexer(pd.Index(drugs["code"]))]
    for name, values in (("period", axes.years), ("sex", axes.sexes), ("age", axes.bands)):
        places.append(pd.Index(values).get_indexer(pd.Index(rows[name].astype(object))))
    np.add.at(block, tuple(places), 1.0)
    block[:, -1] = block[:, :-1].sum(axis=1)
    return block


def _with_totals(block: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a block with the sums over sex and over age as last place of each."""
    block = np.concatenate([block, block.sum(axis=2, keepdims=True)], axis=2)
    return np.concatenate([block, block.sum(axis=3, keepdims=True)], axis=3)


def _long(
    blocks: dict[str, NDArray[np.float64]], codes: NDArray[np.object_], axes: Axes
) -> pd.DataFrame:
    """Return blocks as a row a cell, without the age bands of all years together."""
    values = (codes.tolist(), [*axes.years, ALL], [*axes.sexes, ALL], [*axes.bands, ALL])
    index = pd.MultiIndex.from_product(values, names=KEY)
    table = pd.DataFrame({name: block.ravel() for name, block in blocks.items()}, index=index)
    table = table.reset_index()
    table = table[(table["period"] != ALL) | (table["age"] == ALL)].reset_index(drop=True)
    return table.astype({"exposed": np.int64, "cases": np.int64})


def _first_month(store: PartitionedClaims, plan: RatesPlan) -> pd.Series:
    """Return the month of the first dispensing of each code of the first grain."""
    from workbench.tabular.days import date_of
    from workbench.tabular.grains import codes

    engine = store.engine
    events = engine.parquet(store.folder / "events" / "part-0.parquet")
    packs = events.group_by("pack").aggregate(day=events.day.min())
    found = codes(engine, store.product, plan.grains[0], "each").table
    rows = packs.inner_join(store.small("pack"), "pack").inner_join(found, "cip13")
    first = rows.group_by("code").aggregate(day=rows.day.min())
    table = engine.run(first.mutate(day=date_of(first.day.cast("int64"))))
    return pd.to_datetime(table.set_index("code")["day"]).dt.strftime("%Y-%m")
