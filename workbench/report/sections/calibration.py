"""Calibration: whether events come as often as their probabilities promise."""

from __future__ import annotations

import math
from typing import Any

from workbench.report.plots import ReliabilityBin, reliability, reliability_bins
from workbench.report.run import Case, Run
from workbench.report.tables import Table, table
from workbench.report.words import number, percent


def calibration(run: Run) -> dict[str, Any]:
    """Return the reliability plot of the most probable class, and one for each class."""
    classes, _ = run.predictions
    cases = run.labelled
    top = [max(case.probabilities) for case in cases]
    right = [
        classes[case.probabilities.index(max(case.probabilities))] == case.label for case in cases
    ]
    bins = reliability_bins(top, right)
    each = [_one_class(cases, i, name) for i, name in enumerate(classes)]
    return {
        "plot": reliability(
            bins,
            x_axis="probability of the most probable class",
            y_axis="share that was right",
            label=f"Reliability of the most probable class. {_said(bins)}",
        ),
        "bins": _bins("Most probable class", bins),
        "large": _in_the_large(cases, classes),
        "each": each,
    }


def _one_class(cases: list[Case], index: int, name: str) -> dict[str, Any]:
    """Return plot and table of one class against the rest."""
    bins = reliability_bins(
        [case.probabilities[index] for case in cases], [case.label == name for case in cases]
    )
    plot = reliability(
        bins,
        x_axis=f"probability of {name}",
        y_axis=f"share that was {name}",
        label=f"Reliability of the probability of {name}. {_said(bins)}",
    )
    return {"plot": plot, "bins": _bins(f"Probability of {name}", bins)}


def _said(bins: list[ReliabilityBin]) -> str:
    """Return the bins in words."""
    return "; ".join(
        f"mean probability {number(b.mean, 2)}, came true in {percent(b.observed)} of {b.n}"
        for b in bins
    )


def _bins(caption: str, bins: list[ReliabilityBin]) -> Table:
    """Return the bins as a table."""
    return table(
        caption,
        ["Bin", "n", "Mean probability", "Came true", "95\u202f% interval"],
        [
            [
                f"{number(b.low, 1)} to {number(b.high, 1)}",
                number(b.n),
                number(b.mean),
                percent(b.observed),
                f"{percent(b.observed_low)} to {percent(b.observed_high)}",
            ]
            for b in bins
        ],
        numeric=range(1, 5),
        note="Equally wide bins, empty ones left out. Wilson intervals; cases count as "
        "independent.",
    )


def _in_the_large(cases: list[Case], classes: tuple[str, ...]) -> Table:
    """Return expected and observed number of cases of each class."""
    rows = []
    for index, name in enumerate(classes):
        expected = math.fsum(case.probabilities[index] for case in cases)
        observed = sum(case.label == name for case in cases)
        rows.append([name, number(expected, 1), number(observed)])
    return table(
        "Calibration in the large: cases promised and found",
        ["Class", "Sum of probabilities", "Cases"],
        rows,
        numeric=(1, 2),
    )
