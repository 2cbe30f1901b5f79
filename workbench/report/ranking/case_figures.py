"""Figures of the single cases: their values, and the ranks within them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from workbench.report.plots.dots import dots
from workbench.report.plots.podium import MOST as PODIUM_MOST
from workbench.report.plots.podium import podium
from workbench.report.plots.rank_heatmap import rank_heatmap
from workbench.report.ranking.figure import Figure, only_some
from workbench.report.ranking.view import TaskView
from workbench.report.words import better


def case_figures(view: TaskView) -> Iterator[Figure]:
    """Values and ranks of the single cases."""
    cases = view.table("cases")
    if cases.empty:
        return
    direction = better(str(view.facts.get("direction", "")))
    yield Figure(
        "values",
        "Values of the cases",
        dots(
            cases,
            view.order,
            axis=f"value of a case ({direction} is better)",
            label=view.label("Values of the cases"),
        ),
        "One dot a case (thinned evenly above 4\u202f000 values). Box: middle half of the cases; "
        "bar: median; lines end within 1.5 box lengths.",
        cases[["task", "case", "unit", "algorithm", "value"]],
    )
    yield Figure(
        "case-ranks",
        "Ranks within the cases",
        rank_heatmap(cases, view.order, label=view.label("Share of cases by rank")),
        "Stronger: more of the cases. A clear ranking is strong on the diagonal; an even row is "
        "an algorithm whose place depends on the case.",
        _counted(cases),
    )
    yield Figure(
        "podium",
        "Podium",
        podium(cases, view.order, label=view.label("Ranks case by case")),
        "Disc area: share of cases with this rank. A line joins the ranks that the same cases gave "
        "to two neighbouring rows; thick: many cases. Lines that cross are cases that swap the two."
        + only_some(min(PODIUM_MOST, len(view.order)), len(view.order)),
        cases[["task", "case", "algorithm", "rank"]],
    )


def _counted(cases: pd.DataFrame) -> pd.DataFrame:
    """Return in how many cases an algorithm had which rank."""
    return cases.groupby(["task", "algorithm", "rank"]).size().rename("n_cases").reset_index()
