"""Calibration: whether events come as often as their probabilities promise."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

import pandas as pd

from workbench.report.case import Case
from workbench.report.languages import Words
from workbench.report.plots import ReliabilityBin, reliability, reliability_bins
from workbench.report.ranking.figure import Figure
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import percent


def calibration(run: Run) -> dict[str, Any]:
    """Return the reliability plot of the most probable class, and one for each class."""
    classes, _ = run.predictions
    cases, words = run.labelled, run.words
    top = [max(case.probabilities) for case in cases]
    right = [
        classes[case.probabilities.index(max(case.probabilities))] == case.label for case in cases
    ]
    bins = reliability_bins(top, right)
    each = [_one_class(words, cases, i, name) for i, name in enumerate(classes)]
    plot = words.drawn(
        reliability(
            bins,
            x_axis=words("top_probability"),
            y_axis=words("share_right"),
            label=words("reliability_label", said=_said(words, bins)),
        )
    )
    return {
        "plot": plot,
        "figures": [
            Figure("reliability", words("top_class"), plot, "", _rows(bins)),
            *(one["figure"] for one in each),
        ],
        "bins": _bins(words, words("top_class"), bins),
        "large": _in_the_large(words, cases, classes),
        "each": each,
    }


def _one_class(words: Words, cases: list[Case], index: int, name: str) -> dict[str, Any]:
    """Return plot and table of one class against the rest."""
    bins = reliability_bins(
        [case.probabilities[index] for case in cases], [case.label == name for case in cases]
    )
    plot = reliability(
        bins,
        x_axis=words("probability_of", name=name),
        y_axis=words("share_that_was", name=name),
        label=words("reliability_of_label", name=name, said=_said(words, bins)),
    )
    caption, plot = words("probability_of_head", name=name), words.drawn(plot)
    figure = Figure(f"reliability-{index + 1}", caption, plot, "", _rows(bins))
    return {"plot": plot, "bins": _bins(words, caption, bins), "figure": figure}


def _rows(bins: list[ReliabilityBin]) -> pd.DataFrame:
    """Return the bins as a table."""
    return pd.DataFrame([asdict(one) for one in bins])


def _said(words: Words, bins: list[ReliabilityBin]) -> str:
    """Return the bins in words."""
    return "; ".join(
        words("bin_said", mean=words.number(b.mean, 2), share=percent(b.observed), n=b.n)
        for b in bins
    )


def _bins(words: Words, caption: str, bins: list[ReliabilityBin]) -> Table:
    """Return the bins as a table."""
    return table(
        caption,
        [words(k) for k in ("bin", "n", "mean_probability", "came_true", "interval_95")],
        [
            [
                words.ends(b.low, b.high, 1),
                words.number(b.n),
                words.number(b.mean),
                percent(b.observed),
                words.from_to(percent(b.observed_low), percent(b.observed_high)),
            ]
            for b in bins
        ],
        numeric=range(1, 5),
        note=words("bins_note"),
    )


def _in_the_large(words: Words, cases: list[Case], classes: tuple[str, ...]) -> Table:
    """Return expected and observed number of cases of each class."""
    rows = []
    for index, name in enumerate(classes):
        expected = math.fsum(case.probabilities[index] for case in cases)
        observed = sum(case.label == name for case in cases)
        rows.append([name, words.number(expected, 1), words.number(observed)])
    return table(
        words("in_the_large"),
        [words("class"), words("sum_of_probabilities"), words("cases")],
        rows,
        numeric=(1, 2),
    )
