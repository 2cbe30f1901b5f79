"""Persons and cases that stand in two splits: what was seen in one is no test in the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import pandas as pd

from workbench.challenge.pack.findings import Finding, problem, warning
from workbench.scoring import Challenge


def overlaps(card: Challenge, labels: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Compare every two splits whose labels are at hand.

    Ids are compared as written, then without case and leading zeros: ``P007`` and ``p7`` may well
    be one person.

    Args:
        card: The challenge.
        labels: What :func:`workbench.scoring.load_truth` returns, by split.
    """
    for first, second in combinations(labels, 2):
        columns = dict.fromkeys([("cases", card.key), ("units", card.unit)])
        for what, column in columns:
            yield _compared(what, column, (first, labels[first]), (second, labels[second]))


def _compared(
    what: str, column: str, first: tuple[str, pd.DataFrame], second: tuple[str, pd.DataFrame]
) -> Finding:
    """Compare one column of two splits."""
    (one, left), (two, right) = first, second
    name = f"{what} of '{one}' and '{two}'"
    shared = sorted(set(left[column]) & set(right[column]))
    if shared:
        remedy = f"put all cases of one {column} into one split"
        message = f"{len(shared)} {what} stand in both, such as {shared[0]}"
        return problem(name, f"shared-{what}", message, f"column {column}", remedy)
    plain = {_plain(value): value for value in left[column]}
    near = sorted(value for value in set(right[column]) if _plain(value) in plain)
    if near:
        message = f"{len(near)} {what} look alike, such as {plain[_plain(near[0])]} and {near[0]}"
        remedy = "find out whether they are the same"
        return warning(name, f"similar-{what}", message, f"column {column}", remedy)
    return Finding(name, "ok", f"none in both ({column})")


def _plain(value: str) -> str:
    """Return an id without case, folder and leading zeros of its numbers.

    >>> _plain("P007"), _plain("p7")
    ('p7', 'p7')
    """
    letters = value.casefold().rsplit("/", 1)[-1]
    runs: list[str] = []
    for char in letters:
        if runs and runs[-1][-1].isdigit() == char.isdigit():
            runs[-1] += char
        else:
            runs.append(char)
    return "".join(run.lstrip("0") or "0" if run[0].isdigit() else run for run in runs)
