"""From raw tables to pairs: read and code reports, count exposed patients, count, label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from workbench.data import OpenedData
from workbench.learning.cases import Cases
from workbench.learning.signal_scorer import PAIR_RATES
from workbench.tabular.readers.ledger import Ledger

from .contracts import CLASSES
from .features import pair_features
from .params import Params
from .population import Population, open_population
from .prepared import PreparedPairs
from .reading import Reports, read_reports

_NOT_COUNTED = "no report of the pair is left: names without a code, or repeated cases"
_KEY = ["substance", "event"]


def prepare_pairs(data: OpenedData, params: Params, limit: int | None = None) -> PreparedPairs:
    """Make cases from the reports and dispensings of an opened data set.

    Args:
        data: The opened data set.
        params: Roles that count, and how many names may stay without a code.
        limit: Use at most this many pairs, the labels in turn.

    Raises:
        DataError: ``too-many-unknown-codes``: names do not fit the products, or flows the packs.
    """
    reports, population = read_reports(data, params), open_population(data)
    listed = data.table("pair")
    last = _window_days(data, population)
    exposed = population.exposed_until([last])[last]
    features = pair_features(reports.counts(), exposed, data.table("product"))
    features = features.merge(_first_days(reports, population), on=["drug", "event"])
    pairs = _with_features(_some(listed, limit), features)
    lost = pairs["n"].isna()
    excluded = pd.DataFrame(
        {"case": pairs.loc[lost, "pair"], "reason": "not-counted", "message": _NOT_COUNTED}
    ).reset_index(drop=True)
    used = pairs[~lost].reset_index(drop=True)
    left_out = len(listed) - len(pairs), len(excluded)
    flow = [
        _step("persons who opted out", None, data.opted_out, "opt-out"),
        *_steps(population.ledger),
        *_steps(reports.ledger),
        _step("pairs listed", len(pairs), left_out[0], "trial-run"),
        _step("pairs counted", len(used), left_out[1], "not-counted"),
    ]
    return PreparedPairs(pair_cases(used), excluded, flow, _facts(used))


def monitored_pairs(
    data: OpenedData, params: Params, days: Sequence[int]
) -> Iterator[tuple[int, Cases]]:
    """Yield what was known of the pairs on some days: reports received and exposed by then.

    Args:
        data: The opened data set.
        params: Roles that count.
        days: Days from the start of the window, rising.

    Yields:
        The day and the cases of the pairs with a report by then; no day before the first of them.
    """
    reports, population = read_reports(data, params), open_population(data)
    listed, product = data.table("pair"), data.table("product")
    exposed = population.exposed_until(days)
    for day in days:
        counts = reports.counts(pd.Timestamp(population.start) + pd.Timedelta(days=day))
        if not len(counts):
            continue
        features = pair_features(counts, exposed[day], product)
        pairs = _with_features(listed, features)
        yield day, pair_cases(pairs[pairs["n"].notna()].reset_index(drop=True))


def pair_cases(used: pd.DataFrame) -> Cases:
    """Return pairs as cases: pairs of one substance stay together in folds and resamples."""
    names = {"pair": "case", "substance": "person", "label": "label", "first_day": "first_day"}
    table = used[[name for name in names if name in used.columns]].rename(columns=names)
    rows = used[list(PAIR_RATES)].to_numpy(dtype=float)
    inputs = dict(zip(table["case"], rows, strict=True))
    return Cases(table, inputs, "table", CLASSES, PAIR_RATES)


def _window_days(data: OpenedData, population: Population) -> int:
    """Return the last day of a dispensing, from the window's start."""
    last = data.table("dispensing")["date"].max()
    return int((last - pd.Timestamp(population.start)).days)


def _first_days(reports: Reports, population: Population) -> pd.DataFrame:
    """Return the day each pair was first reported, from the window's start."""
    first = reports.first_received()
    days = (first["received"] - pd.Timestamp(population.start)).dt.days
    return first.drop(columns="received").assign(first_day=days)


def _with_features(pairs: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Return listed pairs with their features, missing where no report is left."""
    named = features.rename(columns={"drug": "substance"})
    return pairs.merge(named, on=_KEY, how="left")


def _facts(used: pd.DataFrame) -> pd.DataFrame:
    """Return what the report shows of each pair."""
    return used.rename(columns={"pair": "case"})[["case", *_KEY, *PAIR_RATES]]


def _some(listed: pd.DataFrame, limit: int | None) -> pd.DataFrame:
    """Return at most ``limit`` pairs, the labels in turn where they are known."""
    if limit is None or len(listed) <= limit:
        return listed
    turn = listed.groupby("label").cumcount() if "label" in listed else listed.index.to_series()
    return listed.loc[turn.sort_values(kind="stable").index[:limit]].sort_values("pair")


def _steps(ledger: Ledger) -> Iterator[dict[str, Any]]:
    """Yield the steps of a reading that say something: receipts, and what left anything out."""
    for row in ledger.flow_table().itertuples(index=False):
        if row.reason == "received" or row.left_out:
            yield _step(f"{row.table}: {row.reason}", int(row.after), int(row.left_out), row.reason)


def _step(step: str, kept: int | None, out: int, reason: str) -> dict[str, Any]:
    """Return one step of the flow: what was kept, left out and why."""
    why = reason if out or kept is None else ""
    return {"step": step, "kept": kept, "excluded": out, "reason": why}
