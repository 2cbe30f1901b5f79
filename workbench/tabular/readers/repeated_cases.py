"""Cases that were received twice under two numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd

_SAME = ["onset", "age_years", "sex", "serious", "drugs", "events"]


def repeated_cases(report: pd.DataFrame, coded: pd.DataFrame, events: pd.DataFrame) -> pd.Index:
    """Return the numbers of cases that repeat an earlier one.

    Same day of onset, age, sex, severity, drugs and events: by chance that is rare. The first
    received is kept. A case without onset, drug or event repeats none; an age that is missing in
    one of the two tells them apart.

    Args:
        report: The canonical table.
        coded: Columns ``case_id`` and ``product``, the coded drug.
        events: Columns ``case_id`` and ``term``, of one level.
    """
    table = report.set_index("case_id").sort_values("received", kind="stable")
    table = table.assign(drugs=_as_a_set(coded, "product"), events=_as_a_set(events, "term"))
    told = table[table["onset"].notna() & table["drugs"].notna() & table["events"].notna()]
    return told.index[told.duplicated(_SAME, keep="first")]


def _as_a_set(rows: pd.DataFrame, column: str) -> pd.Series:
    """Return one number for the distinct values of each case: the sum of their 64-bit hashes.

    Two sets of a few values have the same sum once in about 10^19.
    """
    distinct = rows[["case_id", column]].dropna().drop_duplicates()
    codes, values = pd.factorize(distinct[column])
    hashes = pd.util.hash_array(np.asarray(values, dtype=object))
    places, cases = pd.factorize(distinct["case_id"])
    total = np.zeros(len(cases), dtype=np.uint64)
    np.add.at(total, places, hashes[codes])
    return pd.Series(total, index=cases, dtype="UInt64")
