"""Every table of a report, in order: released, then what follows from the released ones."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.methods.disclosure.publish import Published
from workbench.methods.rates.under_reporting import Scenario, under_reporting
from workbench.runs.folder import RunFolder
from workbench.runs.reported.cases import Cases
from workbench.runs.reported.compared import class_table, standardised_table
from workbench.runs.reported.counted import Counted
from workbench.runs.reported.exports import write_facts, write_table
from workbench.runs.reported.facets import release_facets, with_strata
from workbench.runs.reported.flow import flow_rows, release_flow, release_rejects
from workbench.runs.reported.over_time import trend_facts, trend_table
from workbench.runs.reported.plan import ALL, RatesPlan
from workbench.runs.reported.rate_rows import rate_rows
from workbench.runs.reported.refresh import Before, changes
from workbench.runs.reported.signal_pairs import release_signals
from workbench.runs.reported.stimulated import flags_of, release_flags


def write_tables(
    run: RunFolder,
    plan: RatesPlan,
    rates: dict[str, Published],
    cases: Cases,
    counted: Counted,
    substances: pd.DataFrame,
    before: Before | None,
) -> dict[str, Any]:
    """Write every table; return counts of what is in them.

    Args:
        run: The folder.
        plan: The plan.
        rates: Released cells by grain.
        cases: The cases, for facets and signals.
        counted: What was left out.
        substances: ``code, label, class, class_label, first_dispensed, first_report``.
        before: An earlier report, for what changed.
    """
    first = rates[plan.grains[0]]
    classes = dict(zip(substances["code"], substances["class"], strict=True))
    write_table(run, "flow", release_flow(counted, plan), flow_rows)
    write_table(run, "rejects", release_rejects(counted, plan))
    both = _joined(rates)
    long = write_table(run, "rates", both, lambda table: _long(table, plan))
    named = write_table(run, "substances", first, lambda table: _named(table, substances))
    launches = dict(zip(named["code"], named["first_dispensed"].fillna(""), strict=True))
    write_table(run, "classes", first, lambda table: class_table(table, classes, plan)[0])
    write_facts(run, "classes", first, lambda table: class_table(table, classes, plan)[1])
    write_table(run, "standardised", first, lambda table: standardised_table(table, plan))
    yearly = write_table(run, "trend", both, lambda _: trend_table(long, launches, plan))
    flags = release_flags(cases, first.table, plan)
    write_facts(run, "trend", flags, lambda told: trend_facts(yearly, flags_of(told), plan))
    write_table(run, "under_reporting", first, lambda table: _scenarios(table, plan))
    facets = release_facets(cases, first.table, plan)
    write_table(run, "cases", facets, lambda table: with_strata(table, first.table))
    pairs = release_signals(cases, first.table, facets.table, plan)
    scored = write_table(run, "signals", pairs.published)
    write_facts(run, "signals", pairs.published, lambda _: pairs.facts)
    if before is not None:
        today = {"rates": long, "substances": named}
        write_table(run, "changes", both, lambda _: changes(before, today))
    return {
        "codes": int(long["code"].nunique()),
        "cells": len(long),
        "hidden": int(long["masked"].sum()),
        "pairs": int((~scored["masked"]).sum()),
        "alerts": int(scored["alert"].fillna(False).sum()),
        "since": None if before is None else before.kind,
    }


def _joined(rates: dict[str, Published]) -> Published:
    """Return the released cells of all grains as one table."""
    tables = [one.table.assign(grain=grain) for grain, one in rates.items()]
    audits = {grain: one.audit for grain, one in rates.items()}
    return Published(pd.concat(tables, ignore_index=True), {"safe": True, "by": audits})


def _long(table: pd.DataFrame, plan: RatesPlan) -> pd.DataFrame:
    """Return the long table of every grain."""
    parts = []
    for grain in plan.grains:
        own = table[table["grain"] == grain].drop(columns="grain")
        wide = own if grain == plan.grains[0] else own.drop(columns="person_years", errors="ignore")
        parts.append(rate_rows(wide, grain, plan))
    return pd.concat(parts, ignore_index=True)


def _named(table: pd.DataFrame, substances: pd.DataFrame) -> pd.DataFrame:
    """Return the names of the codes; months are told where the cell of all persons is shown."""
    whole = table[(table[["period", "sex", "age"]] == ALL).all(axis=1)]
    hidden = set(whole.loc[whole["masked"], "code"])
    found = substances[substances["code"].isin(set(table["code"]))].copy()
    for month in ("first_dispensed", "first_report"):
        found[month] = found[month].mask(found["code"].isin(hidden))
    return found


def _scenarios(table: pd.DataFrame, plan: RatesPlan) -> pd.DataFrame:
    """Return what the rates mean if only a part is reported."""
    scenarios = [Scenario(f"{share:g}", share, "assumed") for share in plan.under_reporting]
    whole = table[(table[["period", "sex", "age"]] == ALL).all(axis=1) & ~table["masked"]]
    rows = []
    for code, cases, exposed in whole[["code", "cases", "exposed"]].itertuples(index=False):
        if exposed:
            found = under_reporting(
                int(cases), float(exposed), scenarios=scenarios,
                level=plan.rates.level, method=plan.rates.interval,
            )  # fmt: skip
            rows.append(found.assign(code=code))
    names = {"fraction": "share_reported", "incidence": "rate"}
    columns = ["code", "share_reported", "rate", "low", "high", "possible"]
    if not rows:
        return pd.DataFrame(columns=columns)
    return pd.concat(rows, ignore_index=True).rename(columns=names)[columns]
