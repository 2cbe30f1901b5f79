"""The tables figures are drawn from: those of the ranking, cut to what a viewer may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.challenge.ranking import frames

if TYPE_CHECKING:
    import pandas as pd

    from workbench.challenge.standings.board import Standings

_SHARES = {"scores": ["p_first"], "rank_counts": ["share"], "pairs": ["p_value", "adjusted"]}


def figure_tables(board: Standings) -> dict[str, pd.DataFrame]:
    """Return ``scores``, ``pairs`` and ``rank_counts``, or nothing; see ``Standings.tables``."""
    found, view = board.uncertainty, board.view
    if found is None or not view.shows("rank"):
        return {}
    tables = {name: frames.of_tasks(name, [found]) for name in _SHARES}
    _cut_scores(board, tables["scores"])
    _cut_pairs(board, tables["pairs"])
    for name, columns in _SHARES.items():
        for column in columns:
            tables[name][column] = [view.share(float(value)) for value in tables[name][column]]
    return tables


def figure_facts(board: Standings) -> dict[str, object]:
    """Return what figures and pages state as conventions."""
    document = board.document
    floor = next((row.score for row in document.rows if row.kind == "floor"), None)
    return {
        **document.conventions,
        "score_direction": document.direction,
        "floor": floor,
    }


def _cut_scores(board: Standings, scores: pd.DataFrame) -> None:
    """Put the numbers of the document in the place of the stored ones."""
    shown = {row.name: row for row in board.document.rows if row.kind == "team"}
    for column, name in (("value", "score"), ("low", "low"), ("high", "high")):
        values = [getattr(shown[algorithm], name) for algorithm in scores["algorithm"]]
        scores[column] = np.array([np.nan if v is None else v for v in values], dtype=np.float64)


def _cut_pairs(board: Standings, pairs: pd.DataFrame) -> None:
    """Round differences; where scores are hidden leave their sign, which the ranks tell anyway."""
    if not board.view.shows("score"):
        pairs["difference"] = np.sign(pairs["difference"])
        pairs[["low", "high"]] = np.nan
        return
    columns = ["difference", "low", "high"]
    signs = np.sign(pairs["difference"])
    rounded = pairs[columns].round(board.document.digits)
    smallest = 10.0 ** -(board.document.digits + 1)
    rounded["difference"] = rounded["difference"].where(
        (rounded["difference"] != 0) | (signs == 0), signs * smallest
    )
    pairs[columns] = rounded
    if not board.view.shows("interval"):
        pairs[["low", "high"]] = np.nan
