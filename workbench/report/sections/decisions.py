"""Decisions: which class the answers amount to, and how often that is right."""

from __future__ import annotations

from typing import Any

from workbench.metrics.counts import wilson
from workbench.report.plots import confusion as draw
from workbench.report.run import Case, Run
from workbench.report.tables import Table, table
from workbench.report.words import number, percent


def confusion(run: Run) -> dict[str, Any]:
    """Return the confusion matrix with row shares and costs, and the same as tables."""
    classes, _ = run.predictions
    cases, costs = run.labelled, run.cost
    counts = [
        [sum(c.label == true and c.decided == called for c in cases) for called in classes]
        for true in classes
    ]
    right = sum(counts[i][i] for i in range(len(classes)))
    return {
        "rule": run.rule,
        "costs": costs is not None,
        "plot": draw(
            counts,
            classes,
            costs=costs,
            label=f"Confusion matrix: {right} of {len(cases)} decided right; the table has all "
            "numbers",
        ),
        "counts": _counts(counts, classes),
        "classes": _classes(cases, classes, costs),
    }


def _counts(counts: list[list[int]], classes: tuple[str, ...]) -> Table:
    """Return counts and row shares as a table."""
    rows = []
    for name, row in zip(classes, counts, strict=True):
        total = sum(row)
        cells = [f"{n} ({percent(n / total)})" if total else "0" for n in row]
        rows.append([f"true {name}", *cells, number(total)])
    return table(
        "Cases by true class (rows) and decided class (columns), share of the true class",
        ["", *(f"decided {name}" for name in classes), "n"],
        rows,
        numeric=range(1, len(classes) + 2),
    )


def _classes(cases: list[Case], classes: tuple[str, ...], costs: list[list[float]] | None) -> Table:
    """Return per class how often it was found, and what its answers cost on average."""
    rows = []
    for number_, name in enumerate(classes):
        own = [case for case in cases if case.label == name]
        hits = sum(case.right for case in own)
        low, high = wilson(hits, len(own)) if own else (None, None)
        row = [name, number(len(own)), percent(hits / len(own)) if own else "–"]
        row.append("–" if low is None or high is None else f"{percent(low)} to {percent(high)}")
        if costs is not None:
            paid = [costs[number_][classes.index(case.decided)] for case in own]
            row.append(number(sum(paid) / len(paid)) if paid else "–")
        rows.append(row)
    columns = ["True class", "n", "Found", "95\u202f% interval", *(["Mean cost"] if costs else [])]
    return table(
        "How often each true class was found",
        columns,
        rows,
        numeric=range(1, len(columns)),
        note="Wilson intervals; cases count as independent.",
    )
