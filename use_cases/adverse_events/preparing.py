"""From raw reports to counted pairs: code names, drop repeated cases, count, label."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.data import OpenedData
from workbench.errors import DataError
from workbench.learning.cases import Cases
from workbench.learning.signal_scorer import PAIR_COUNTS
from workbench.methods.signals.report_pairs import count_pairs

from .coding import code_names
from .contracts import CLASSES
from .duplicates import repeated_cases
from .params import Params
from .prepared import PreparedPairs

_NOT_COUNTED = "no report of the pair is left: names without a code, or repeated cases"


def prepare_pairs(data: OpenedData, params: Params, limit: int | None = None) -> PreparedPairs:
    """Make cases from the reports of an opened data set.

    Args:
        data: The opened data set.
        params: Roles that count, and how many names may stay without a code.
        limit: Use at most this many pairs, the labels in turn.

    Raises:
        DataError: ``too-many-uncoded``: the names do not fit the products.
    """
    drugs, events = data.table("report_drug"), data.table("report_event")
    events = events[events["level"] == "pt"]
    report, listed = data.table("report"), data.table("pair")
    coded = drugs.assign(product=code_names(drugs["drug"], data.table("product")))
    coded = coded.assign(grain="substance")
    _check_coded(coded, params, str(data.folder))
    again = repeated_cases(report, coded, events)
    once = coded[~coded["case_id"].isin(again)], events[~events["case_id"].isin(again)]
    counted = count_pairs(*once, roles=params.roles, grain="substance", level="pt")
    pairs = _some(listed, limit).merge(
        counted.counts, left_on=["substance", "event"], right_on=["drug", "event"], how="left"
    )
    lost = pairs["n"].isna()
    excluded = pd.DataFrame(
        {"case": pairs.loc[lost, "pair"], "reason": "not-counted", "message": _NOT_COUNTED}
    ).reset_index(drop=True)
    used = pairs[~lost].reset_index(drop=True)
    flow = _flow(data, report, coded, again, listed, pairs, used)
    return PreparedPairs(_cases(used), excluded, flow, _facts(used))


def _cases(used: pd.DataFrame) -> Cases:
    """Return the pairs as cases: pairs of one substance stay together in folds and resamples."""
    names = {"pair": "case", "substance": "person", "label": "label"}
    table = used[[name for name in names if name in used.columns]].rename(columns=names)
    rows = used[list(PAIR_COUNTS)].to_numpy(dtype=float)
    inputs = dict(zip(table["case"], rows, strict=True))
    return Cases(table, inputs, "table", CLASSES, PAIR_COUNTS)


def _facts(used: pd.DataFrame) -> pd.DataFrame:
    """Return what the report shows of each pair."""
    return used.rename(columns={"pair": "case"})[["case", "substance", "event", *PAIR_COUNTS]]


def _check_coded(coded: pd.DataFrame, params: Params, where: str) -> None:
    """Stop where too many names have no code."""
    lost = coded.loc[coded["product"].isna(), "drug"]
    if len(coded) and len(lost) > params.max_uncoded * len(coded):
        common = ", ".join(f"'{name}' ({n})" for name, n in lost.value_counts().head(5).items())
        raise DataError(
            f"{len(lost)} of {len(coded)} written names fit no product [too-many-uncoded]: "
            f"{common}",
            where=f"{where}, table report_drug",
            remedy="complete the table of products, or raise use_case.params.max_uncoded",
        )


def _some(listed: pd.DataFrame, limit: int | None) -> pd.DataFrame:
    """Return at most ``limit`` pairs, the labels in turn where they are known."""
    if limit is None or len(listed) <= limit:
        return listed
    turn = listed.groupby("label").cumcount() if "label" in listed else listed.index.to_series()
    return listed.loc[turn.sort_values(kind="stable").index[:limit]].sort_values("pair")


def _flow(
    data: OpenedData,
    report: pd.DataFrame,
    coded: pd.DataFrame,
    again: frozenset[str],
    listed: pd.DataFrame,
    pairs: pd.DataFrame,
    used: pd.DataFrame,
) -> list[dict[str, Any]]:
    """Return what each step kept and left out, in order."""
    lost, rows = int(coded["product"].isna().sum()), len(coded)
    steps = [
        ("persons who opted out", None, data.opted_out, "opt-out"),
        ("cases received", len(report), 0, ""),
        ("cases once", len(report) - len(again), len(again), "repeated-case"),
        ("written drug names", rows, 0, ""),
        ("names with a code", rows - lost, lost, "not-coded"),
        ("pairs listed", len(pairs), len(listed) - len(pairs), "trial-run"),
        ("pairs counted", len(used), len(pairs) - len(used), "not-counted"),
    ]
    return [
        {
            "step": step,
            "kept": kept,
            "excluded": out,
            "reason": reason if out or kept is None else "",
        }
        for step, kept, out, reason in steps
    ]
