"""Table 1: how groups of persons differ, variable by variable, with standardised differences."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.diagnostics import balance_table

_APART = "standardised_difference"


def table_one(
    values: NDArray[np.float64],
    names: Sequence[str],
    groups: NDArray[np.int64],
    labels: Sequence[str],
) -> pd.DataFrame:
    """Return one row a variable and group, ``all`` first, and how far first and last group differ.

    The standardised difference is last group minus first, as
    :func:`~workbench.methods.causal.diagnostics.balance_table` has it before weighting.

    Args:
        values: Numbers, ``(n, p)``; NaN is missing and left out of a variable's row.
        names: Of the variables.
        groups: Number of each row's group, ``(n,)``.
        labels: Names of the groups, by number.

    Returns:
        ``variable, group, n`` (with a value), ``missing, mean, sd`` and, for variables of 0 and 1,
        ``count`` (of ones; NaN for others), ``standardised_difference``.

    >>> table_one(np.array([[1.0], [3.0], [2.0], [4.0]]), ["age"], np.array([0, 0, 1, 1]),
    ...     ["low", "high"])["standardised_difference"].round(3).tolist()
    [0.707, 0.707, 0.707]
    """
    everyone = np.ones(len(groups), dtype=np.bool_)
    parts = [("all", everyone)]
    parts += [(label, groups == number) for number, label in enumerate(labels)]
    rows = []
    for place, name in enumerate(names):
        column = values[:, place]
        binary = bool(np.isin(column[~np.isnan(column)], (0.0, 1.0)).all())
        apart = _apart(name, column[parts[1][1]], column[parts[-1][1]])
        for label, members in parts:
            rows.append(_row(name, label, column[members], binary) | {_APART: apart})
    return pd.DataFrame(rows)


def _row(name: str, group: str, column: NDArray[np.float64], binary: bool) -> dict[str, object]:
    """Describe one variable in one group."""
    known = column[~np.isnan(column)]
    ones = float((known == 1).sum())
    return {
        "variable": name,
        "group": group,
        "n": len(known),
        "missing": len(column) - len(known),
        "mean": float(known.mean()) if len(known) else np.nan,
        "sd": float(known.std(ddof=1)) if len(known) > 1 else np.nan,
        "count": ones if binary else np.nan,
    }


def _apart(name: str, first: NDArray[np.float64], last: NDArray[np.float64]) -> float:
    """Return the standardised difference of two groups, NaN where one has no two values."""
    one, two = first[~np.isnan(first)], last[~np.isnan(last)]
    if len(one) < 2 or len(two) < 2:
        return float("nan")
    column = pd.DataFrame({name: np.concatenate([one, two])})
    in_last = np.arange(len(column)) >= len(one)
    found = balance_table(column, in_last, np.ones(len(column)))
    return float(found["smd_before"].iloc[0])
