"""Cases of each drug by severity, notifier and class of event, each released beside their total."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from workbench.methods.disclosure.dimension import Dimension
from workbench.methods.disclosure.earlier import Earlier
from workbench.methods.disclosure.publish import Published
from workbench.runs.reported.cases import Cases
from workbench.runs.reported.plan import ALL, RatesPlan
from workbench.runs.reported.releases import Shape, release
from workbench.tabular.strata import UNKNOWN

ADD_UP = ("severity", "notifier")
CLASS_OF_EVENT = "soc"
_FACTS = ("code", "by", "value", "cases", "masked", "cases_low", "cases_high")


def release_facets(cases: Cases, published: pd.DataFrame, plan: RatesPlan) -> Published:
    """Return cases by severity, notifier and class of event, over all years.

    A drug whose total is hidden has none. The total is public, so that a part may be hidden only
    together with another; where no choice is safe, the facet of that drug is left out whole. By
    sex and age the cells of the rates say it already.

    Args:
        cases: The cases.
        published: Released cells of the first grain: totals are taken from there.
        plan: Threshold, rounding, level of the classes.
    """
    whole = published[(published[["period", "sex", "age"]] == ALL).all(axis=1)]
    totals = whole.loc[~whole["masked"], ["code", "cases", "cases_low", "cases_high"]]
    # The bounds say what was shown, to the unit or as it was rounded.
    known = totals.assign(value=ALL, cases=np.nan).reset_index(drop=True)
    counted = pd.concat([_added(cases, plan), _classes(cases, plan)], ignore_index=True)
    counted = counted[counted["code"].isin(totals["code"])]
    true = cases.drugs[plan.grains[0]].groupby("code")["case"].nunique()
    parts: list[Published] = []
    for facet, rows in counted.groupby("by", sort=True):
        values = sorted(rows["value"].unique())
        tables = [
            _complete(str(code), str(facet), own, values, int(true[code]))
            for code, own in rows.groupby("code", sort=True)
        ]
        distinct = frozenset(["cases"]) if facet == CLASS_OF_EVENT else frozenset()
        hierarchy = {
            "code": Dimension(),
            "by": Dimension(),
            "value": Dimension(dict.fromkeys(values, ALL), distinct),
        }
        shape = Shape(hierarchy, ("cases",))
        own_total = Earlier(known.assign(by=facet), "same")
        parts.append(release(tables, shape, plan.disclosure, [own_total]))
    table = pd.concat([part.table for part in parts], ignore_index=True)
    audit = {str(i): part.audit for i, part in enumerate(parts)}
    return Published(table[table["value"] != ALL][list(_FACTS)].reset_index(drop=True),
                     {"safe": True, "by": audit})  # fmt: skip


def with_strata(table: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return the facets with those by sex and age, from the released cells.

    Cases of all years in an age band are the sum of its years, where all of them are shown.
    """
    rows = [table]
    by_sex = published[(published["period"] == ALL) & (published["sex"] != ALL)]
    rows.append(by_sex.assign(by="sex", value=by_sex["sex"])[list(_FACTS)])
    yearly = published[
        (published["period"] != ALL) & (published["sex"] == ALL) & (published["age"] != ALL)
    ]
    groups = yearly.groupby(["code", "age"], sort=True)
    sums = groups.agg(
        cases=("cases", lambda c: c.sum(skipna=False)),
        masked=("masked", "any"),
        cases_low=("cases_low", "sum"),
        cases_high=("cases_high", "sum"),
    )
    sums = sums.reset_index().rename(columns={"age": "value"}).assign(by="age")
    rows.append(sums[list(_FACTS)])
    found = pd.concat([part for part in rows if len(part)], ignore_index=True)
    return found.sort_values(["code", "by", "value"], ignore_index=True)


def _added(cases: Cases, plan: RatesPlan) -> pd.DataFrame:
    """Return cases by severity and by notifier."""
    drugs = cases.drugs[plan.grains[0]]
    rows = cases.case.iloc[drugs["case"].to_numpy()]
    parts = []
    for facet in ADD_UP:
        pairs = pd.DataFrame(
            {"code": drugs["code"].to_numpy(), "value": rows[facet].astype(object).to_numpy()}
        )
        parts.append(pairs.value_counts().rename("cases").reset_index().assign(by=facet))
    return pd.concat(parts, ignore_index=True)


def _classes(cases: Cases, plan: RatesPlan) -> pd.DataFrame:
    """Return distinct cases by class of event; a case with events of two classes is in both."""
    events = cases.events[cases.events["level"] == plan.signals.class_level]
    pairs = cases.drugs[plan.grains[0]].merge(events[["case", "term"]], on="case", how="left")
    if pairs["term"].isna().all():
        return pd.DataFrame(columns=["code", "value", "cases", "by"])
    # An event without a class: its case is one of unknown class.
    pairs = pairs.assign(value=pairs["term"].astype(object).fillna(UNKNOWN))
    counts = pairs.drop_duplicates(["case", "code", "value"])[["code", "value"]].value_counts()
    return counts.rename("cases").reset_index().assign(by=CLASS_OF_EVENT)


def _complete(
    code: str, facet: str, rows: pd.DataFrame, values: list[str], total: int
) -> pd.DataFrame:
    """Return every value of a facet, those without a case as 0, and the total."""
    counts: Mapping[str, int] = dict(zip(rows["value"], rows["cases"], strict=True))
    found = [(code, facet, value, int(counts.get(value, 0))) for value in values]
    table = [*found, (code, facet, ALL, total)]
    return pd.DataFrame(table, columns=["code", "by", "value", "cases"])
