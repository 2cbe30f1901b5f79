"""The figures below a board: who can be told apart, and how ranks move."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workbench.challenge.standings import Standings
from workbench.report.plots.blob import blob
from workbench.report.plots.significance import significance
from workbench.report.ranking.figure import Figure
from workbench.report.ranking.view import TaskView
from workbench.site.words import Words

_SIGNS = ("better", "worse", "nothing", "outlined")
_MOST = 50
"""Teams in a figure: a map of the pairs of a hundred is half a megabyte, and cannot be read."""


def figures(found: Standings, words: Words) -> Iterator[Figure]:
    """Yield the figures of a board that its viewer may see, with their words."""
    tables = found.tables()
    if not tables:
        return
    view = TaskView(tables, found.facts(), "")
    teams, shown = words.count("n.team", len(view.order)), view.order[:_MOST]
    some = words("board.only_some", shown=_MOST, n=len(view.order))
    more = f" {some}" if len(view.order) > _MOST else ""
    if not view.table("pairs").empty:
        one = _pairs(found, view, words, teams)
        yield replace(one, caption=one.caption + more)
    counts = view.table("rank_counts")
    if not counts.empty:
        picture = blob(
            counts,
            shown,
            label=words("board.ranks_label", teams=teams, first=view.order[0]),
            level=view.level,
            axis=words("board.ranks_axis"),
        )
        caption = words("board.ranks_note", level=words.level(view.level)) + more
        yield Figure("bootstrap-ranks", words("board.ranks"), picture, caption, counts)


def _pairs(found: Standings, view: TaskView, words: Words, teams: str) -> Figure:
    """Return the map of the tests of all pairs."""
    pairs, tied = view.table("pairs"), set(view.leaders)
    alpha = words.decimal(f"{round(1 - view.level, 12):g}")
    picture = significance(
        pairs,
        view.order[:_MOST],
        tied=tied,
        label=words("board.pairs_label", teams=teams, tied=len(tied)),
        larger_is_better=found.document.direction == "maximize",
        level=view.level,
        signs=[words(f"board.sign.{name}", alpha=alpha) for name in _SIGNS],
    )
    method = words.said(str(pairs["method"].iloc[0]))
    caption = words("board.pairs_note", method=method)
    return Figure("significance", words("board.pairs"), picture, caption, pairs)
