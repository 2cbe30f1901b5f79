"""The page of a challenge's board, and of a closed challenge: plain values in, one HTML file out.

The values are those of ``workbench.challenge.standings``: a board's document as JSON, the tables
its figures are drawn from, and its conventions. Nothing is hidden here: what may not be shown is
not in the document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from workbench.report.board_tables import (
    board_table,
    change_table,
    further_table,
    group_table,
    move_table,
)
from workbench.report.plots.forest import ForestRow, forest
from workbench.report.ranking.board_figures import (
    MOST_FOREST,
    bootstrap_figure,
    pair_figure,
    share_words,
)
from workbench.report.ranking.conventions import conventions
from workbench.report.ranking.figure import Figure, only_some
from workbench.report.ranking.view import TaskView
from workbench.report.render import render
from workbench.report.words import better, heading, level, number, places, plural


@dataclass(frozen=True)
class BoardView:
    """One board.

    Attributes:
        document: ``BoardDocument`` as JSON values.
        tables: ``Standings.tables()``; empty where ranks have no uncertainty or are hidden.
        facts: ``Standings.facts()``.
    """

    document: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    facts: Mapping[str, Any]


def board_page(
    boards: Sequence[BoardView],
    *,
    moves: Mapping[str, Mapping[str, Any]] | None = None,
    groups: Sequence[Mapping[str, Any]] = (),
) -> str:
    """Return one HTML file: no network, no script, light and dark, phone and print.

    Args:
        boards: One or more boards of a challenge; the one that decides first.
        moves: For a closed challenge, who moved, by phase: ``Movement`` as JSON values.
        groups: Scores within centres and subgroups: ``GroupTable`` as JSON values.
    """
    first = boards[0].document
    return render(
        "board.html",
        title=first["title"]["en"],
        eyebrow=f"Leaderboard of {first['challenge']} {first['version']}",
        sentence=_sentence(first),
        notices=list(dict.fromkeys(words for b in boards for words in b.document["notices"])),
        boards=[_board(board) for board in boards],
        moves=[(phase, _moved(moved), move_table(moved)) for phase, moved in (moves or {}).items()],
        groups=[group_table(table, [row["name"] for row in first["rows"]]) for table in groups],
        changes=change_table([c for board in boards for c in board.document["changes"]]),
        conventions=conventions(boards[0].facts),
        limits=_limits(first),
    )


@dataclass(frozen=True)
class Lead:
    """Who leads a board.

    Attributes:
        first: Names in first place.
        ranked: How many teams have a rank.
        tied: How many others cannot be told apart from the lead; None where that is not known.
    """

    first: list[str]
    ranked: int
    tied: int | None


def lead_of(document: Mapping[str, Any]) -> Lead:
    """Return who leads a board."""
    ranked = [row for row in document["rows"] if row["rank"] is not None]
    first = [row["name"] for row in ranked if row["rank"] == ranked[0]["rank"]]
    known = bool(ranked) and ranked[0]["tie_group"] is not None
    tied = sum(bool(row["tie_group"]) for row in ranked) - len(first) if known else None
    return Lead(first, len(ranked), tied)


def _sentence(document: Mapping[str, Any]) -> str:
    """Say who leads and how many cannot be told from the leader."""
    lead = lead_of(document)
    if not lead.ranked:
        return "There is no ranking yet."
    n = len(lead.first)
    names = " and ".join(lead.first) if n < 4 else plural(n, "team")
    words = f"{names} {'leads' if n == 1 else 'share the lead'} of {lead.ranked}"
    if lead.tied is None:
        return f"{words}."
    if lead.tied:
        return f"{words}; {plural(lead.tied, 'other team')} cannot be told apart from the lead."
    return f"{words}, and can be told apart from all others." if lead.ranked > 1 else f"{words}."


def _board(board: BoardView) -> dict[str, Any]:
    """Return the section of one board."""
    document = board.document
    figures = list(_score_figure(document))
    if board.tables:
        view = TaskView(board.tables, board.facts, "")
        figures += [*pair_figure(view), *bootstrap_figure(view)]
    cases = ""
    if document["n_cases"] is not None:
        units = plural(document["n_units"], document["unit"])
        cases = f"{plural(document['n_cases'], 'case')} of {units}. "
    event, stand = document["last_event"], ""
    if event is not None:
        stand = f"As of event {number(event['seq'])}, {event['at'][:16].replace('T', ' ')} UTC."
    return {
        "key": f"phase-{document['phase']}",
        "title": f"Phase {document['phase']}",
        "table": board_table(document),
        "further": further_table(document),
        "figures": figures,
        "state": f"{cases}{stand}",
    }


def _score_figure(document: Mapping[str, Any]) -> list[Figure]:
    """Return the forest plot of teams, floor and baselines."""
    rows = [row for row in document["rows"] if row["score"] is not None]
    ranked = any(row["rank_low"] is not None for row in rows)
    if not rows:
        return []
    shown = rows[:MOST_FOREST]
    picture = forest(
        [_forest_row(row, ranked) for row in shown],
        axis=f"{document['metric']} ({better(document['direction'])} is better)",
        label=f"Scores with intervals, phase {document['phase']}",
        columns=("rank int.", "rank set", "P(first)") if ranked else (),
    )
    caption = (
        f"Score with {level(document['level'])} interval. Discs: not separable from the leader; "
        "squares: separable, or not ranked with intervals; diamonds: the floor (best answer that "
        f"ignores the case) and baselines.{only_some(len(shown), len(rows))}"
    )
    return [Figure("scores", "Scores", picture, caption, pd.DataFrame(rows))]


def _forest_row(row: Mapping[str, Any], ranked: bool) -> ForestRow:
    """Return one line of the forest plot."""
    cells: tuple[str, ...] = ("", "", "") if ranked else ()
    if ranked and row["rank_low"] is not None:
        cells = (
            places(row["rank_low"], row["rank_high"]),
            places(row["set_low"], row["set_high"]),
            share_words(float(row["p_first"])),
        )
    name = row["name"] if row["rank"] is None else f"{row['rank']:g}  {row['name']}"
    team = "model" if row["tie_group"] else "baseline"
    return ForestRow(
        name,
        row["score"],
        low=row["low"],
        high=row["high"],
        kind="floor" if row["kind"] != "team" else "model" if team == "model" else "baseline",
        cells=cells,
    )


def _moved(moved: Mapping[str, Any]) -> str:
    """Say how far two boards agree."""
    both = sum(move["ranks"] is not None for move in moved["moves"])
    words = (
        f"{moved['moved']} of {plural(both, 'team')} have another rank on "
        f"'{moved['second']}' than on '{moved['first']}', {moved['beyond']} of them outside the "
        "rank interval they had there."
    )
    return (
        f"{words} Kendall's tau: {number(moved['tau'], 2)}." if moved["tau"] is not None else words
    )


def _limits(document: Mapping[str, Any]) -> list[str]:
    """Return in plain words what the page does not say."""
    share = level(document["level"])
    return [
        f"The rank interval describes how a rank moves when {heading(document['unit']).lower()}s "
        "of the same kind are drawn again. Between near equals it is narrower than what is known.",
        f"The rank sets hold for all teams at once: with a chance of {share} none of them misses "
        "the true rank.",
        "Teams that cannot be told apart are not proven equal: the test set may be small.",
        "A public board that is looked at often flatters those who look; the final one is scored "
        "once.",
        "A rank says nothing about use: a first place can be of no clinical worth.",
    ]
