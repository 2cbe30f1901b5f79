"""All figures of a ranking, in the order of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import pandas as pd

from workbench.report.plots.rank_lines import rank_lines
from workbench.report.plots.rank_stability import rank_stability
from workbench.report.plots.scheme_agreement import scheme_agreement
from workbench.report.ranking.board_figures import bootstrap_figure, pair_figure, score_figure
from workbench.report.ranking.case_figures import case_figures
from workbench.report.ranking.figure import Figure
from workbench.report.ranking.view import TaskView
from workbench.report.words import level


def task_figures(view: TaskView) -> list[Figure]:
    """Return the figures of one task; a table that is empty makes none."""
    return [figure for make in _MAKERS for figure in make(view)]


def stability_figure(tables: Mapping[str, pd.DataFrame], share: float) -> Figure:
    """Return the stability of the rankings of all tasks."""
    data = tables["stability"]
    picture = rank_stability(
        data, label="Kendall's tau of bootstrap rankings with the full one", level=share
    )
    caption = (
        "How far the order holds when the units are drawn again: 1 is the same order, 0 an "
        f"unrelated one. Line: central {level(share)} of the resamples; bar: median."
    )
    return Figure("stability", "Stability of the ranking", picture, caption, data)


def scheme_figures(view: TaskView) -> Iterator[Figure]:
    """Other ways to rank, and how far they agree."""
    schemes, tau = view.table("schemes"), view.table("agreement")
    if schemes["scheme"].nunique() > 1:
        yield Figure(
            "schemes",
            "Ranks under each scheme",
            rank_lines(
                schemes, view.order, by="scheme", label=view.label("Ranks under each scheme")
            ),
            "The same values ranked in other usual ways. Strong lines: the three leaders. Where "
            "lines cross, the order is a matter of the scheme.",
            schemes,
        )
    if tau["scheme_a"].nunique() > 1:
        yield Figure(
            "agreement",
            "Agreement of the schemes",
            scheme_agreement(tau, label=view.label("Agreement of schemes")),
            "Kendall's tau-b of the rankings by two schemes: 1 is the same order. A dash: a scheme "
            "ties everybody.",
            tau,
        )


def centre_figure(view: TaskView) -> Iterator[Figure]:
    """Ranks without each centre."""
    centres = view.table("centres")
    if centres.empty:
        return
    yield Figure(
        "centres",
        "Ranks without each centre",
        rank_lines(
            centres,
            view.order,
            by="left_out",
            label=view.label("Ranks without each centre"),
            key="without",
        ),
        "The ranking made again with one centre left out. A leader who leads only with one centre "
        "leads because of it.",
        centres,
    )


_MAKERS: Sequence[Callable[[TaskView], Iterator[Figure]]] = (
    score_figure,
    pair_figure,
    bootstrap_figure,
    case_figures,
    scheme_figures,
    centre_figure,
)
