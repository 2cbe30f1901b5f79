"""The figures of a ranking: pictures with the data behind each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from workbench.report.plots.blob import blob
from workbench.report.plots.dots import dots
from workbench.report.plots.forest import ForestRow, forest
from workbench.report.plots.podium import MOST as PODIUM_MOST
from workbench.report.plots.podium import podium
from workbench.report.plots.rank_heatmap import rank_heatmap
from workbench.report.plots.rank_lines import rank_lines
from workbench.report.plots.rank_stability import rank_stability
from workbench.report.plots.rows import cut
from workbench.report.plots.scheme_agreement import scheme_agreement
from workbench.report.plots.significance import significance
from workbench.report.ranking.view import TaskView
from workbench.report.words import better, level, percent, places

MOST_FOREST = 40


@dataclass(frozen=True)
class Figure:
    """One picture of a ranking.

    Attributes:
        name: What it shows, in one word; part of a file's name.
        title: Heading.
        svg: The picture.
        caption: How to read it.
        data: The rows behind it.
    """

    name: str
    title: str
    svg: Markup
    caption: str
    data: pd.DataFrame


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


def _forest(view: TaskView) -> Iterator[Figure]:
    """Scores with intervals, rank interval, rank set and share of first places."""
    shown = view.scores.head(MOST_FOREST)
    rows = [
        ForestRow(
            f"{row.rank:g}  {cut(str(row.algorithm), 200)}",
            row.value,
            *((None, None) if pd.isna(row.low) else (row.low, row.high)),
            "model" if row.tie_group else "baseline",
            (
                places(row.rank_low, row.rank_high),
                places(row.set_low, row.set_high),
                share_words(float(str(row.p_first))),
            ),
        )
        for row in shown.itertuples(index=False)
    ]
    picture = forest(
        rows,
        axis=f"score ({better(str(view.facts.get('score_direction', '')))} is better)",
        label=view.label("Scores with intervals"),
        columns=("rank int.", "rank set", "P(first)"),
    )
    caption = (
        f"Score with {level(view.level)} interval. Discs: not separable from the leader; squares: "
        "separable. Rank int.: where the central share of bootstrap ranks lies. Rank set: ranks "
        "that the tests of all pairs leave possible, for all algorithms at once. P(first): share "
        f"of resamples in first place.{_only(len(shown), len(view.order))}"
    )
    yield Figure("scores", "Scores", picture, caption, view.scores)


def share_words(share: float) -> str:
    r"""Return a share of first places; what is nearly nothing or all is not rounded to it.

    >>> share_words(0.483), share_words(0.001), share_words(1.0)
    ('48\u202f%', '<\u202f1\u202f%', '100\u202f%')
    """
    if 0 < share < 0.005:
        return "<\u202f1\u202f%"
    return ">\u202f99\u202f%" if 0.995 < share < 1 else percent(share)


def _only(shown: int, n: int) -> str:
    """Say how many of many algorithms are drawn."""
    return f" The first {shown} of {n} algorithms; the table has all." if shown < n else ""


def _cases(view: TaskView) -> Iterator[Figure]:
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
        "Darker: more of the cases. A clear ranking is dark along the diagonal; an even row is an "
        "algorithm whose place depends on the case.",
        _counted(cases),
    )
    yield Figure(
        "podium",
        "Podium",
        podium(cases, view.order, label=view.label("Ranks case by case")),
        "Disc area: share of cases with this rank. A line joins the ranks that the same cases gave "
        "to two neighbouring rows; thick: many cases. Lines that cross are cases that swap the two."
        + _only(min(PODIUM_MOST, len(view.order)), len(view.order)),
        cases[["task", "case", "algorithm", "rank"]],
    )


def _counted(cases: pd.DataFrame) -> pd.DataFrame:
    """Return in how many cases an algorithm had which rank."""
    return cases.groupby(["task", "algorithm", "rank"]).size().rename("n_cases").reset_index()


def _bootstrap(view: TaskView) -> Iterator[Figure]:
    """Ranks of the bootstrap."""
    counts = view.table("rank_counts")
    if counts.empty:
        return
    yield Figure(
        "bootstrap-ranks",
        "Ranks over bootstrap samples",
        blob(counts, view.order, label=view.label("Bootstrap ranks"), level=view.level),
        f"Disc area: share of resamples with this rank. Line: central {level(view.level)}; bar: "
        "median. This says how the ranking moves, and is no confidence set between near equals.",
        counts,
    )


def _pairs(view: TaskView) -> Iterator[Figure]:
    """Tests of all pairs."""
    pairs = view.table("pairs")
    if pairs.empty:
        return
    larger = view.facts.get("score_direction", view.facts.get("direction")) == "maximize"
    yield Figure(
        "significance",
        "Who can be told apart",
        significance(
            pairs,
            view.order,
            tied=set(view.leaders),
            label=view.label("Tests of all pairs"),
            larger_is_better=larger,
            level=view.level,
        ),
        f"Tests of all pairs: {pairs['method'].iloc[0]}. Numbers above the columns are the places "
        "of the rows. A cell without a sign is no proof of equality: these cases do not decide.",
        pairs,
    )


def _schemes(view: TaskView) -> Iterator[Figure]:
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


def _centres(view: TaskView) -> Iterator[Figure]:
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
    _forest,
    _pairs,
    _bootstrap,
    _cases,
    _schemes,
    _centres,
)
