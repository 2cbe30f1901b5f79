"""Takes pairs of drug and event that were counted elsewhere."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbench.errors import DataError
from workbench.methods.signals.cells import cells_of
from workbench.methods.signals.margins import Margins
from workbench.methods.signals.pairs import PairCounts, check_rows


def count_table(
    table: pd.DataFrame, *, drug: str = "drug", event: str = "event", n: str = "n"
) -> PairCounts:
    """Take pairs that were counted elsewhere; margins are sums of the pairs.

    Each report then stands for one pair, as in PhViD and in contingency tables of drug by event
    (``n_total`` is the sum of all pairs, not of cases).

    Args:
        table: One row a pair; pairs of count 0 may stand or be missing.
        drug: Column of the drug.
        event: Column of the event.
        n: Column of the count.

    Raises:
        DataError: ``missing-column``, ``missing-value``, ``no-cells``, ``not-a-count``,
            ``pair-twice``.
    """
    check_rows(table, [drug, event, n], [])
    if table.duplicated([drug, event]).any():
        first = table[table.duplicated([drug, event])].iloc[0]
        raise DataError(
            f"the pair {first[drug]}, {first[event]} stands twice [pair-twice]",
            remedy="sum its counts, or count cases with count_rows",
        )
    count = cells_of(table[n], np.ones(len(table))).n
    if not count.any():
        raise DataError("no pair has a report [no-cells]")
    drugs, drug_names = pd.factorize(table[drug], sort=True)
    events, event_names = pd.factorize(table[event], sort=True)
    of_drug = np.bincount(drugs, count).astype(np.float64)
    of_event = np.bincount(events, count).astype(np.float64)
    margins = Margins(of_drug[:, None], of_event[:, None], np.array([count.sum()]))
    some = np.flatnonzero(count)
    counts = pd.DataFrame(
        {
            "drug": np.asarray(drug_names)[drugs[some]],
            "event": np.asarray(event_names)[events[some]],
            "n": count[some].astype(np.int64),
            "expected": margins.expected(drugs[some], events[some]),
            "n_drug": of_drug[drugs[some]].astype(np.int64),
            "n_event": of_event[events[some]].astype(np.int64),
            "n_total": int(count.sum()),
        }
    )
    facts = {"pairs": len(counts), "cells": len(drug_names) * len(event_names)}
    words = "counts of pairs; margins are their sums; expected = n_drug n_event / n_total"
    return PairCounts(counts, margins, drugs[some], events[some], (), facts, words)
