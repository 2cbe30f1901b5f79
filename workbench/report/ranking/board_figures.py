"""Figures of the board: scores, tests of all pairs, ranks of the bootstrap."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from workbench.report.plots.blob import blob
from workbench.report.plots.forest import ForestRow, forest
from workbench.report.plots.rows import cut
from workbench.report.plots.significance import significance
from workbench.report.ranking.figure import Figure, only_some
from workbench.report.ranking.view import TaskView
from workbench.report.words import better, level, percent, places

MOST_FOREST = 40


def score_figure(view: TaskView) -> Iterator[Figure]:
    """Scores with intervals, rank interval, rank set and share of first places."""
    shown = view.scores.head(MOST_FOREST).to_dict("records")
    rows = [
        ForestRow(
            f"{row['rank']:g}  {cut(str(row['algorithm']), 200)}",
            row["value"],
            low=None if pd.isna(row["low"]) else row["low"],
            high=None if pd.isna(row["high"]) else row["high"],
            kind="model" if row["tie_group"] else "baseline",
            cells=(
                places(row["rank_low"], row["rank_high"]),
                places(row["set_low"], row["set_high"]),
                share_words(row["p_first"]),
            ),
        )
        for row in shown
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
        f"of resamples in first place.{only_some(len(shown), len(view.order))}"
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


def pair_figure(view: TaskView) -> Iterator[Figure]:
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


def bootstrap_figure(view: TaskView) -> Iterator[Figure]:
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
