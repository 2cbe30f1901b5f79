"""Counts pairs from the tables of reports: cases, their drugs with a role, their events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from workbench.errors import DataError, Problem
from workbench.methods.signals.pairs import PairCounts, count_rows

ROLES = ("suspect", "concomitant", "interacting")


def count_pairs(
    report_drug: pd.DataFrame,
    report_event: pd.DataFrame,
    report: pd.DataFrame | None = None,
    *,
    drug: str = "product",
    roles: Sequence[str] = ("suspect", "interacting"),
    grain: str | None = None,
    level: str | None = None,
    strata: Sequence[str] = (),
) -> PairCounts:
    """Count the distinct cases of each pair of drug and event.

    The cases are those with at least one counted drug and one counted event; ``facts`` says how
    many others there were. Rows whose drug or event has no key count as not coded.

    Args:
        report_drug: Columns ``case_id``, ``role``, ``grain`` and the one named by ``drug``.
        report_event: Columns ``case_id``, ``level`` and ``term``.
        report: Columns ``case_id`` and ``strata``; needed for strata only.
        drug: Column of the drug's key.
        roles: Roles that count.
        grain: Grain of the drugs; needed where the table holds several.
        level: Level of the events; needed where the table holds several.
        strata: Columns of ``report`` within which cases are expected.

    Raises:
        DataError: ``missing-column``, ``missing-value``, ``several-grains``, ``several-levels``,
            ``unknown-role``, ``case-without-report``, ``case-reported-twice``, ``no-cells``.

    >>> drugs = pd.DataFrame({"case_id": [1, 2, 2], "product": ["a", "a", "b"],
    ...                       "grain": "substance", "role": ["suspect", "suspect", "concomitant"]})
    >>> events = pd.DataFrame({"case_id": [1, 2, 3], "level": "pt", "term": ["x", "y", "x"]})
    >>> count_pairs(drugs, events).facts["cases_without_drug"]
    1
    """
    _check(report_drug, report_event, report, drug, list(roles), list(strata))
    drugs = report_drug[report_drug["role"].isin(list(roles))]
    drugs = _one(drugs, "grain", grain, "several-grains")
    events = _one(report_event, "level", level, "several-levels")
    coded, terms, cases = _coded(drugs, events, drug)
    rows = coded.merge(terms, on="case_id")
    if strata and report is not None:
        rows = _with_strata(rows, cases, report, list(strata))
    found = count_rows(rows, strata=strata)
    with_drug, with_event = coded["case_id"].unique(), terms["case_id"].unique()
    facts = {name: found.facts[name] for name in ("cases", "drugs", "events", "pairs", "cells")}
    facts |= {
        "cases_without_drug": len(with_event) - found.facts["cases"],
        "cases_without_event": len(with_drug) - found.facts["cases"],
        "drug_rows_not_coded": int(drugs[drug].isna().sum()),
        "event_rows_not_coded": int(events["term"].isna().sum()),
        "drug_rows_of_other_roles": int((~report_drug["role"].isin(list(roles))).sum()),
    }
    words = f"{found.convention}; roles {', '.join(roles)}"
    return replace(found, facts=facts, convention=words)


def _one(table: pd.DataFrame, column: str, wanted: str | None, code: str) -> pd.DataFrame:
    """Return the rows of one grain or level."""
    known = sorted(table[column].dropna().unique())
    if wanted is None and len(known) > 1:
        raise DataError(
            f"rows have {len(known)} values of '{column}' [{code}]: {', '.join(known)}",
            remedy=f"count one of them: {column}='{known[0]}'",
        )
    chosen = table if wanted is None else table[table[column] == wanted]
    if not len(chosen):
        text = f"there is no row of {column} '{wanted}'" if wanted else "there is no row"
        raise DataError(f"{text} [no-cells]; there are: {', '.join(known) or 'none'}")
    return chosen


def _coded(
    drugs: pd.DataFrame, events: pd.DataFrame, drug: str
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Index]:
    """Return each case's drugs and events once, cases as numbers, and the cases.

    Names are categories: rows multiply when the two are joined, and text would with them.
    """
    with_drug, with_event = drugs[drugs[drug].notna()], events[events["term"].notna()]
    numbers, cases = pd.factorize(pd.concat([with_drug["case_id"], with_event["case_id"]]))
    split = len(with_drug)
    coded = pd.DataFrame(
        {"case_id": numbers[:split], "drug": with_drug[drug].astype("category").array}
    )
    terms = pd.DataFrame(
        {"case_id": numbers[split:], "event": with_event["term"].astype("category").array}
    )
    return coded.drop_duplicates(), terms.drop_duplicates(), pd.Index(cases)


def _with_strata(
    rows: pd.DataFrame, cases: pd.Index, report: pd.DataFrame, strata: list[str]
) -> pd.DataFrame:
    """Return rows with the strata of their cases."""
    known = report[["case_id", *strata]].drop_duplicates()
    twice = known["case_id"].duplicated()
    if twice.any():
        raise DataError(
            f"{int(twice.sum())} cases stand in two strata [case-reported-twice]",
            where=f"case {known.loc[twice, 'case_id'].iloc[0]}",
            remedy="keep the last version of each case",
        )
    place = pd.Index(known["case_id"]).get_indexer(cases)[rows["case_id"]]
    lost = rows.loc[place < 0, "case_id"].unique()
    if len(lost):
        raise DataError(
            f"{len(lost)} cases are not in the table of reports [case-without-report]",
            where=f"case {cases[lost[0]]}",
        )
    columns = {name: known[name].astype("category").array for name in strata}
    return rows.assign(**{name: values.take(place) for name, values in columns.items()})


def _check(
    report_drug: pd.DataFrame,
    report_event: pd.DataFrame,
    report: pd.DataFrame | None,
    drug: str,
    roles: list[str],
    strata: list[str],
) -> None:
    """Refuse tables without columns or cases, roles that are none, and strata without reports."""
    needed = [
        ("report_drug", report_drug, ["case_id", drug, "grain", "role"]),
        ("report_event", report_event, ["case_id", "level", "term"]),
    ]
    if strata:
        table = pd.DataFrame() if report is None else report
        needed.append(("report", table, ["case_id", *strata]))
    problems = [
        Problem("missing-column", f"there is no column '{name}'", where)
        for where, table, names in needed
        for name in names
        if name not in table.columns
    ]
    problems += [
        Problem("unknown-role", f"there is no role '{role}'", "roles", f"known: {', '.join(ROLES)}")
        for role in roles
        if role not in ROLES
    ]
    problems += [
        Problem(
            "missing-value",
            f"is empty in {int(table['case_id'].isna().sum())} of {len(table)} rows",
            f"{where}, column case_id",
            "a row without a case cannot be counted: leave it out and say so",
        )
        for where, table, _ in needed
        if "case_id" in table.columns and table["case_id"].isna().any()
    ]
    if problems:
        raise DataError("pairs cannot be counted", problems=problems)
