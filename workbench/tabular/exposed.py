"""Distinct exposed patients of a period, and their annual mean: two measures with two names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from workbench.errors import UsageError, did_you_mean
from workbench.tabular.claims import Claims
from workbench.tabular.dispensed import named, placed
from workbench.tabular.grains import Codes, Several, codes
from workbench.tabular.measure import Exposure, exposure
from workbench.tabular.partitioned.counting import count_distinct
from workbench.tabular.partitioned.store import PartitionedClaims
from workbench.tabular.periods import Period, calendar_years, check_periods
from workbench.tabular.strata import Strata

CountingEngine = Literal["expression", "partitioned"]


def exposed_patients(
    claims: Claims | PartitionedClaims,
    grain: str,
    periods: Sequence[Period],
    strata: Strata | None = None,
    *,
    several: Several = "refuse",
    engine: CountingEngine = "expression",
) -> Exposure:
    """Count the distinct persons with at least one dispensing of a code in a period; exact.

    A person with two packs of a speciality counts once for it, and once for a period of eight years
    in which the drug was taken each year. Patients of periods or codes do not add up.

    Args:
        claims: The claims; for ``partitioned`` those of a partitioned store.
        grain: See ``grains.GRAINS``.
        periods: Any, overlapping or not.
        strata: What to group persons by.
        several: What to do with a pack under several codes.
        engine: ``expression`` runs on the claims' engine; ``partitioned`` walks a store
            of partitioned claims, person block by person block. Same numbers.

    Raises:
        DataError: A period or a pack cannot be used.
        UsageError: The engine is unknown, or does not fit the claims.
    """
    periods, strata = check_periods(periods), strata or Strata()
    if engine not in ("expression", "partitioned"):
        hint = did_you_mean(engine, ("expression", "partitioned"))
        raise UsageError(f"engine is expression or partitioned; got '{engine}'", remedy=hint)
    stored = isinstance(claims, PartitionedClaims)
    if stored != (engine == "partitioned"):
        raise UsageError(
            f"engine '{engine}' does not take claims of type {type(claims).__name__}",
            remedy="write_partitioned makes a store of claims, open_partitioned opens it",
        )
    found = codes(claims.engine, claims.product, grain, several)
    if isinstance(claims, PartitionedClaims):
        table = count_distinct(claims, found, periods, strata)
    else:
        table = claims.engine.run(_cells(claims, found, periods, strata))
    groups = ("code", "period", *strata.by)
    settings = {"several": several, "age_from": strata.age_from}
    return exposure("exposed_patients", grain, groups, table, settings, found.several)


def annual_mean_patients(
    claims: Claims | PartitionedClaims,
    grain: str,
    first: int,
    last: int,
    strata: Strata | None = None,
    *,
    several: Several = "refuse",
    engine: CountingEngine = "expression",
) -> Exposure:
    """Return the mean over calendar years of the distinct persons of each; see above.

    It is not the number of patients of all years together, nor that divided by the years: a person
    treated in every year counts in every one. A year without any counts as 0.

    Args:
        claims: The claims.
        grain: See ``grains.GRAINS``.
        first: First calendar year.
        last: Last one.
        strata: What to group persons by, with the age of each year.
        several: What to do with a pack under several codes.
        engine: See ``exposed_patients``.
    """
    years = calendar_years(first, last)
    yearly = exposed_patients(claims, grain, years, strata, several=several, engine=engine)
    groups = [name for name in yearly.groups if name != "period"]
    total = yearly.table.groupby(groups)["exposed_patients"].sum().reset_index()
    total["annual_mean_patients"] = total.pop("exposed_patients") / len(years)
    total["period"] = f"{first}-{last}"
    return exposure(
        "annual_mean_patients", grain, yearly.groups, total, yearly.settings, yearly.several
    )


def _cells(claims: Claims, found: Codes, periods: Sequence[Period], strata: Strata) -> Any:
    """Return the cells: distinct numbers first, names when few rows are left."""
    import ibis

    names = found.table.select("code").distinct()
    names = names.mutate(number=ibis.row_number().over(ibis.window(order_by=names.code)))
    packs = found.table.inner_join(names, "code").select("cip13", "number")
    events = claims.events.select("person_id", "cip13", "date")
    rows = placed(events, periods).inner_join(packs, "cip13")
    rows = rows.select("person_id", "number", "place").distinct()
    columns = {"sex": "sex", "age": "birth_year", "region": "region"}
    known = [columns[name] for name in strata.by]
    if known:
        rows = rows.inner_join(claims.person.select("person_id", *known), "person_id")
    few = rows.group_by("number", "place", *known).aggregate(persons=lambda t: t.count())
    few = strata.label(named(few.inner_join(names, "number"), periods), periods)
    return few.group_by("code", "period", *strata.by).aggregate(
        exposed_patients=lambda t: t.persons.sum()
    )
