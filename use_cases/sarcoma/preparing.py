"""From an opened data set to survival cases: list, check, leave out with reasons, count."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.data import OpenedData
from workbench.data.findings import Finding, settle, warnings_of

from .check_times import check_times
from .listed import Listed
from .params import Params
from .prepared import PreparedPersons, cases_of
from .reading import predicting
from .schema_layout import list_schema
from .table_layout import list_table
from .tcga_layout import list_tcga

_LAYOUTS = {"schema": list_schema, "tcga": list_tcga, "table": list_table}


def prepare_persons(data: OpenedData, params: Params, limit: int | None = None) -> PreparedPersons:
    """Make survival cases from an opened data set.

    Where it was opened to predict, outcomes are unknown and not looked at.

    Args:
        data: The opened data set.
        params: Layout, outcome, policies.
        limit: Use at most this many persons, with and without the event in turn.

    Raises:
        DataError: Rows contradict each other (all are named), or nobody can be used.
        UsageError: A column is named that does not exist.
    """
    listed = _LAYOUTS[params.layout](data, params)
    table, wrong = _outcomes(listed, params, predicting(data))
    findings = [*listed.findings, *wrong]
    bad_rows: Any = params.bad_rows
    excluded = settle(findings, bad_rows, str(data.folder), "use_case.params.bad_rows=exclude")
    kept = ~table["case"].isin(set(excluded["case"])).to_numpy()
    rows = table[kept].index if limit is None else _some(table[kept], limit)
    whole = {"event": "int64"} if "event" in table else {}  # rows left out may have gaps
    table = table.loc[rows].astype(whole).reset_index(drop=True)
    numeric = listed.numeric.loc[rows].reset_index(drop=True)
    categorical = listed.categorical.loc[rows].reset_index(drop=True)
    return PreparedPersons(
        cases=cases_of(table, numeric, categorical),
        excluded=excluded,
        flow=_flow(data, listed, excluded, len(table)),
        slides=pd.concat([table[["case"]], numeric, categorical], axis=1),
        numeric=numeric,
        categorical=categorical,
        warnings=warnings_of(findings),
    )


def _outcomes(listed: Listed, params: Params, unknown: bool) -> tuple[pd.DataFrame, list[Finding]]:
    """Return the cases with checked outcomes, or without any, and what is wrong."""
    if unknown:
        return listed.table.drop(columns=["time", "event", "competing"], errors="ignore"), []
    zero_times: Any = params.zero_times
    table, wrong = check_times(listed.table, zero_times, params.horizon_days, listed.name)
    return table, wrong


def _some(table: pd.DataFrame, limit: int) -> pd.Index[Any]:
    """Return the rows of at most ``limit`` persons: with the event and without it in turn."""
    turn = table.groupby("event").cumcount()
    return turn.sort_values(kind="stable").index[:limit].sort_values()


def _flow(
    data: OpenedData, listed: Listed, excluded: pd.DataFrame, used: int
) -> list[dict[str, Any]]:
    """Return what each step kept and left out, in order."""
    outside = excluded[~excluded["case"].isin(set(listed.table["case"]))]
    left = total = len(listed.table) + len(outside)
    opted_out = {"kept": None, "excluded": data.opted_out, "reason": "opt-out"}
    flow: list[dict[str, Any]] = [
        {"step": "persons who opted out", **opted_out},
        {"step": "persons listed", "kept": total, "excluded": 0, "reason": ""},
    ]
    for reason, count in sorted(excluded["reason"].value_counts().items()):
        left -= count
        flow.append({"step": "persons", "kept": left, "excluded": int(count), "reason": reason})
    if left > used:
        trial = {"kept": used, "excluded": left - used, "reason": "trial-run"}
        flow.append({"step": "persons", **trial})
    return [*flow, {"step": "persons used", "kept": used, "excluded": total - used, "reason": ""}]
