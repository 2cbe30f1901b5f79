"""Decisions: which class the answers amount to, and how often that is right."""

from __future__ import annotations

from typing import Any

import pandas as pd

from workbench.metrics.counts import wilson
from workbench.report.case import Case
from workbench.report.languages import Words
from workbench.report.plots import confusion as draw
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import percent


def confusion(run: Run) -> dict[str, Any]:
    """Return the confusion matrix with row shares and costs, and the same as tables."""
    classes, _ = run.predictions
    cases, costs, words = run.labelled, run.cost, run.words
    counts = [
        [sum(c.label == true and c.decided == called for c in cases) for called in classes]
        for true in classes
    ]
    right = sum(counts[i][i] for i in range(len(classes)))
    plot = words.drawn(
        draw(
            counts,
            classes,
            costs=costs,
            label=words("confusion_label", right=right, n=len(cases)),
            axes=(words("decided_class"), words("true_class")),
        )
    )
    data = pd.DataFrame(
        [
            (true, decided, counts[i][j])
            for i, true in enumerate(classes)
            for j, decided in enumerate(classes)
        ],
        columns=["true", "decided", "cases"],
    )
    return {
        "rule": run.rule,
        "costs": costs is not None,
        "plot": plot,
        "figures": [Figure("confusion", words("t_confusion"), plot, "", data)],
        "counts": _counts(words, counts, classes),
        "classes": _classes(words, cases, classes, costs),
    }


def _counts(words: Words, counts: list[list[int]], classes: tuple[str, ...]) -> Table:
    """Return counts and row shares as a table."""
    rows = []
    for name, row in zip(classes, counts, strict=True):
        total = sum(row)
        cells = [f"{n} ({percent(n / total)})" if total else "0" for n in row]
        rows.append([words("true_name", name=name), *cells, words.number(total)])
    return table(
        words("confusion_table"),
        ["", *(words("decided_name", name=name) for name in classes), "n"],
        rows,
        numeric=range(1, len(classes) + 2),
    )


def _classes(
    words: Words, cases: list[Case], classes: tuple[str, ...], costs: list[list[float]] | None
) -> Table:
    """Return per class how often it was found, and what its answers cost on average."""
    rows = []
    for number_, name in enumerate(classes):
        own = [case for case in cases if case.label == name]
        hits = sum(case.right for case in own)
        row = [name, words.number(len(own)), percent(hits / len(own)) if own else "–"]
        ends = [percent(end) for end in wilson(hits, len(own))] if own else []
        row.append(words.from_to(*ends) if ends else "–")
        if costs is not None:
            paid = [costs[number_][classes.index(case.decided)] for case in own]
            row.append(words.number(sum(paid) / len(paid)) if paid else "–")
        rows.append(row)
    columns = ["true_class_head", "n", "found", "interval_95", *(["mean_cost"] if costs else [])]
    return table(
        words("how_often_found"),
        [words(k) for k in columns],
        rows,
        numeric=range(1, len(columns)),
        note=words("wilson_note"),
    )
