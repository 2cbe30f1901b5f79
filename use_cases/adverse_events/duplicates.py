"""Cases that were received twice under two numbers."""

from __future__ import annotations

import pandas as pd

_SAME = ["onset", "age", "age_unit", "sex", "serious", "drugs", "events"]


def repeated_cases(
    report: pd.DataFrame, coded: pd.DataFrame, events: pd.DataFrame
) -> frozenset[str]:
    """Return the numbers of cases that repeat an earlier one.

    Same day of onset, age, sex, severity, substances and events: by chance that is rare. The first
    received is kept.

    Args:
        report: Columns ``case_id``, ``received``, ``onset``, ``age``, ``age_unit``, ``sex``,
            ``serious``.
        coded: Columns ``case_id`` and ``product``, the coded substance.
        events: Columns ``case_id`` and ``term``.
    """
    table = report.set_index("case_id").sort_values("received", kind="stable")
    table = table.assign(drugs=_joined(coded, "product"), events=_joined(events, "term"))
    told = table[table["onset"].notna() & table["drugs"].notna() & table["events"].notna()]
    # The unit of an age may be lost in one of the two: it says nothing against them.
    same = [name for name in _SAME if name != "age_unit"]
    return frozenset(told.index[told.duplicated(same, keep="first")])


def _joined(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return the distinct values of each case in one text."""
    distinct = rows[["case_id", column]].dropna().drop_duplicates()
    return distinct.sort_values(column).groupby("case_id")[column].agg("|".join)
