"""Counts the distinct cases of each pair of drug and event, and what one would expect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.signals.cells import Cells, cells_of
from workbench.methods.signals.margins import Margins, zero_cells

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class PairCounts:
    """A counted table of drugs by events.

    Attributes:
        counts: One row a pair with a case: ``drug``, ``event``, ``n``, ``expected``, ``n_drug``,
            ``n_event``, ``n_total``. All are distinct cases; ``expected`` is by strata where there
            are any, the others are not.
        margins: By stratum.
        drug: Row of each pair among the margins' drugs.
        event: Row among its events.
        strata: Names of the strata; empty without.
        facts: What was counted and what was left out, by name.
        convention: In words.
    """

    counts: pd.DataFrame
    margins: Margins
    drug: Ints
    event: Ints
    strata: tuple[str, ...]
    facts: dict[str, int]
    convention: str

    def cells(self, empty: bool = False) -> Cells:
        """Return the cells for a prior; for the full table, with ``empty``, also those at 0."""
        seen = cells_of(self.counts["n"], self.counts["expected"])
        return seen.joined(zero_cells(self.margins, self.drug, self.event)) if empty else seen


def count_rows(
    rows: pd.DataFrame,
    *,
    case: str = "case_id",
    drug: str = "drug",
    event: str = "event",
    strata: Sequence[str] = (),
) -> PairCounts:
    """Count pairs from rows of case, drug and event.

    A pair that stands several times in one case counts once; a case with several drugs counts for
    each of them, so that sums over drugs exceed the cases. A row is a pair, as in pvda: a drug and
    an event of one case that stand in no row together are none (``facts`` counts them as
    ``not_paired_in_case``; it is 0 where drugs and events of a case are crossed).

    Args:
        rows: One row a case, drug and event.
        case: Column of the case.
        drug: Column of the drug.
        event: Column of the event.
        strata: Columns of the case, such as age band and sex, within which cases are expected. A
            missing value is a stratum of its own.

    Raises:
        DataError: ``missing-column``, ``missing-value``, ``no-cells``, ``case-in-two-strata``.

    >>> rows = pd.DataFrame({"case_id": [1, 1, 2, 3], "drug": list("aaab"), "event": list("xxxy")})
    >>> count_rows(rows).counts[["n", "expected", "n_total"]].values.tolist()
    [[2.0, 1.3333333333333333, 3.0], [1.0, 0.3333333333333333, 3.0]]
    """
    check_rows(rows, [case, drug, event], list(strata))
    cases, case_names = pd.factorize(rows[case])
    drugs, drug_names = pd.factorize(rows[drug], sort=True)
    events, event_names = pd.factorize(rows[event], sort=True)
    stratum, names = _strata(rows, cases, list(strata))
    named, told = _distinct(drugs, cases), _distinct(events, cases)
    margins = Margins(
        _by_stratum(*named, stratum, len(drug_names)),
        _by_stratum(*told, stratum, len(event_names)),
        np.bincount(stratum).astype(np.float64),
    )
    pair = _distinct(drugs.astype(np.int64) * len(event_names) + events, cases)[0]
    place, n = np.unique(pair, return_counts=True)
    of_drug, of_event = place // len(event_names), place % len(event_names)
    counts = pd.DataFrame(
        {
            "drug": np.asarray(drug_names)[of_drug],
            "event": np.asarray(event_names)[of_event],
            "n": n,
            "expected": margins.expected(of_drug, of_event),
            "n_drug": margins.drugs.sum(axis=1)[of_drug].astype(np.int64),
            "n_event": margins.events.sum(axis=1)[of_event].astype(np.int64),
            "n_total": len(case_names),
        }
    )
    facts = {
        "rows": len(rows),
        "repeated_in_case": len(rows) - len(pair),
        "not_paired_in_case": int(np.bincount(named[1]) @ np.bincount(told[1])) - len(pair),
        "cases": len(case_names),
        "drugs": len(drug_names),
        "events": len(event_names),
        "pairs": len(counts),
        "cells": len(drug_names) * len(event_names),
    }
    words = "distinct cases; expected = n_drug n_event / n_total"
    words += f", summed over {len(names)} strata of {', '.join(strata)}" if strata else ""
    return PairCounts(counts, margins, of_drug, of_event, names, facts, words)


def _strata(rows: pd.DataFrame, cases: Ints, columns: list[str]) -> tuple[Ints, tuple[str, ...]]:
    """Return the stratum of each case ``(cases,)`` and the names of the strata."""
    n_cases = int(cases.max()) + 1
    if not columns:
        return np.zeros(n_cases, dtype=np.int64), ()
    codes, names = np.zeros(len(rows), dtype=np.int64), [""]
    for column in columns:
        more, values = pd.factorize(rows[column], sort=True)
        words = [*(str(value) for value in values), "missing"]
        # A missing value has code -1: the last word.
        codes = codes * len(words) + np.where(more < 0, len(values), more)
        names = [f"{name}-{word}" if name else word for name in names for word in words]
    kept, codes = np.unique(codes, return_inverse=True)
    of_case = np.zeros(n_cases, dtype=np.int64)
    of_case[cases] = codes
    two = np.flatnonzero(of_case[cases] != codes)
    if len(two):
        raise DataError(
            f"{len(np.unique(cases[two]))} of {n_cases} cases lie in two strata of "
            f"{', '.join(columns)} [case-in-two-strata]",
            where=f"row {int(two[0])}",
            remedy="give each case one value, such as that of its last version",
        )
    return of_case, tuple(names[code] for code in kept)


def _distinct(codes: Ints, cases: Ints) -> tuple[Ints, Ints]:
    """Return each code and case that stand together, once."""
    width = int(cases.max()) + 1
    key = np.unique(codes.astype(np.int64) * width + cases)
    return key // width, key % width


def _by_stratum(codes: Ints, cases: Ints, stratum: Ints, size: int) -> NDArray[np.float64]:
    """Return the cases of each code by stratum, ``(size, S)``, from each code and case once."""
    width = int(stratum.max()) + 1
    counts = np.bincount(codes * width + stratum[cases], minlength=size * width)
    return counts.reshape(size, width).astype(np.float64)


def check_rows(rows: pd.DataFrame, needed: list[str], more: list[str]) -> None:
    """Refuse a table without its columns, without rows, or with gaps.

    Args:
        rows: The table.
        needed: Columns that hold a value in every row.
        more: Columns that may have gaps.

    Raises:
        DataError: ``missing-column``, ``missing-value``, ``no-cells``.
    """
    problems = [
        Problem("missing-column", f"there is no column '{name}'", f"has: {list(rows.columns)}")
        for name in [*needed, *more]
        if name not in rows.columns
    ]
    if not problems:
        problems = [
            Problem(
                "missing-value",
                f"is empty in {int(rows[name].isna().sum())} of {len(rows)} rows",
                f"column {name}",
                "leave these rows out and say how many, or code them",
            )
            for name in needed
            if rows[name].isna().any()
        ]
    if problems:
        raise DataError("pairs cannot be counted", problems=problems)
    if not len(rows):
        raise DataError("there is no row to count [no-cells]", remedy="look at the filters before")
