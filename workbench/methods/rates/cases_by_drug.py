"""Cases of each drug where a case has several: each counted whole, or shared between its drugs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from workbench.errors import DataError, Problem
from workbench.metrics.choices import check_choice

CountedAs = Literal["case x drug", "fractional"]
UNITS = ("case x drug", "fractional")


@dataclass(frozen=True, eq=False)
class CasesByDrug:
    """Cases of each drug, and what they add up to.

    Attributes:
        table: Columns ``drug`` and ``cases``, sorted by drug.
        unit: ``case x drug``: a case counts for each of its drugs, and the sum over drugs is of
            pairs; ``fractional``: it counts one part of its number of drugs for each, and the sum
            is of cases.
        cases: Distinct cases with at least one drug.
        pairs: Distinct pairs of case and drug.
    """

    table: pd.DataFrame
    unit: CountedAs
    cases: int
    pairs: int


def cases_by_drug(
    report_drug: pd.DataFrame,
    *,
    drug: str = "product",
    roles: Sequence[str] = ("suspect", "interacting"),
    unit: CountedAs = "case x drug",
) -> CasesByDrug:
    """Count the cases of each drug; a drug that stands twice in a case counts once.

    A rate takes whole cases (``case x drug``): its exact interval is of counts. Parts of cases are
    for what adds up over drugs, such as the share of a class, and have no such interval.

    Args:
        report_drug: Columns ``case_id``, ``role`` and the one named by ``drug``; one grain. Rows
            without a drug are left out.
        drug: Column of the drug's key.
        roles: Roles that count.
        unit: How a case of several drugs is counted.

    Raises:
        DataError: ``missing-column``, or ``several-grains``: a pack and its substance would share
            one case.

    >>> rows = pd.DataFrame({"case_id": [1, 1, 2], "product": ["a", "b", "a"], "role": "suspect"})
    >>> cases_by_drug(rows).table["cases"].tolist(), cases_by_drug(rows).cases
    ([2, 1], 2)
    >>> cases_by_drug(rows, unit="fractional").table["cases"].tolist()
    [1.5, 0.5]
    """
    check_choice("cases_by_drug", "unit", unit, UNITS)
    _check(report_drug, drug)
    kept = report_drug[report_drug["role"].isin(list(roles)) & report_drug[drug].notna()]
    pairs = kept[["case_id", drug]].drop_duplicates()
    if unit == "fractional":
        many = pairs.groupby("case_id")[drug].transform("size")
        counts = (1.0 / many).groupby(pairs[drug]).sum()
    else:
        counts = pairs.groupby(drug).size()
    table = counts.rename("cases").rename_axis("drug").sort_index().reset_index()
    return CasesByDrug(table, unit, int(pairs["case_id"].nunique()), len(pairs))


def _check(report_drug: pd.DataFrame, drug: str) -> None:
    """Refuse a table without its columns or with drugs of several grains."""
    problems = [
        Problem("missing-column", f"there is no column '{name}'", f"has: {[*report_drug.columns]}")
        for name in ("case_id", "role", drug)
        if name not in report_drug
    ]
    grains = sorted(report_drug["grain"].dropna().unique()) if "grain" in report_drug else []
    if len(grains) > 1:
        words = f"drugs are of the grains {', '.join(grains)}"
        problems.append(Problem("several-grains", words, "column grain", "take rows of one"))
    if problems:
        raise DataError("cases cannot be counted by drug", problems=problems)
