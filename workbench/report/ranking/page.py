"""The page of a ranking: what was ranked, how, how sure it is, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbench import storage
from workbench.report.plots.rows import cut
from workbench.report.ranking.board_figures import share_words
from workbench.report.ranking.conventions import conventions, limits, notices
from workbench.report.ranking.figures import stability_figure, task_figures
from workbench.report.ranking.view import TaskView, views
from workbench.report.render import render
from workbench.report.tables import Table, table
from workbench.report.words import better, heading, interval, level, number, places, plural

# Plot units: a name of 60 letters; longer ones are cut in the middle and whole in the CSV files.
_NAME_ROOM = 450.0


def write_ranking_page(
    tables: Mapping[str, pd.DataFrame],
    facts: Mapping[str, Any],
    path: Path | str,
    *,
    title: str = "Ranking",
) -> Path:
    """Write a ranking as one HTML file: no network, no script, light and dark, phone and print.

    Args:
        tables: What ``Ranking.tables()`` returns.
        facts: What ``Ranking.facts()`` returns; the conventions the page states.
        path: File to write.
        title: Heading of the page, such as the name of the table that was ranked.

    Returns:
        The path written.

    Raises:
        DataError: The file cannot be written.
    """
    found = views(tables, facts)
    page = render(
        "ranking.html",
        title=title,
        sentences=[_sentence(view) for view in found],
        notices=notices(found, facts),
        tasks=[_task(view, place) for place, view in enumerate(found, start=1)],
        stability=stability_figure(tables, found[0].level),
        consensus=_consensus(tables["consensus"], facts) if len(found) > 1 else None,
        conventions=conventions(facts),
        limits=limits(found, facts),
    )
    return storage.write_text(path, page)


def _sentence(view: TaskView) -> str:
    """Say who leads and who cannot be told from the leader."""
    first = view.scores.iloc[0]
    task = f"{view.task}: " if view.task else ""
    firsts = view.scores.loc[view.scores["rank"] == first["rank"], "algorithm"].tolist()
    others = [name for name in view.leaders if name not in firsts]
    if len(firsts) > 1:
        words = f"{task}{_listed(firsts)} share the first place with {_score(first)}"
    else:
        chance = share_words(float(first["p_first"]))
        leader = cut(firsts[0], _NAME_ROOM)
        words = f"{task}{leader} is first with {_score(first)}, in {chance} of the resamples"
    if not others:
        rest = len(firsts) < len(view.order)
        return f"{words}, and can be told apart from all others." if rest else f"{words}."
    return f"{words}, and cannot be told apart from {_listed(others)}."


def _listed(names: list[str]) -> str:
    """Return a few names, or how many there are."""
    if len(names) > 4:
        return plural(len(names), "algorithm")
    short = [cut(name, _NAME_ROOM) for name in names]
    return " and ".join([*([", ".join(short[:-1])] if short[:-1] else []), short[-1]])


def _score(row: pd.Series[Any]) -> str:
    """Return a score with its interval."""
    ends = None if pd.isna(row["low"]) else (float(row["low"]), float(row["high"]))
    return interval(float(row["value"]), *(ends or (None, None)))


def _task(view: TaskView, place: int) -> dict[str, Any]:
    """Return the section of one task."""
    return {
        "key": f"task-{place}",
        "title": view.task or "Result",
        "board": _board(view),
        "figures": task_figures(view),
    }


def _board(view: TaskView) -> Table:
    """Return the board as a table."""
    first = view.scores.iloc[0]
    share = level(view.level)
    shared = int(view.scores["tie_group"].sum()) > 1
    rows = [
        [
            cut(str(row["algorithm"]), _NAME_ROOM),
            f"{row['rank']:g}",
            _score(row),
            places(row["rank_low"], row["rank_high"]),
            places(row["set_low"], row["set_high"]),
            share_words(float(row["p_first"])),
            "yes" if row["tie_group"] and shared else "no",
        ]
        for _, row in view.scores.iterrows()
    ]
    cases = plural(int(first["n_cases"]), "case")
    units = plural(int(first["n_units"]), "unit")
    direction = better(str(view.facts.get("score_direction", view.facts.get("direction", ""))))
    return table(
        f"Board: {len(rows)} algorithms, {cases} of {units}; better scores: {direction}",
        [
            "Algorithm",
            "Rank",
            f"Score ({share} interval)",
            "Rank interval",
            "Rank set",
            "P(first)",
            "Tied with leader",
        ],
        rows,
        numeric=(1, 2, 3, 4, 5, 6),
        note=f"Rank interval: central {share} of the bootstrap ranks. Rank set: ranks the tests of "
        f"all pairs leave possible, for all algorithms at once with a chance of {share}. P(first): "
        "share of resamples in first place. Tied: no test tells them from the leader.",
    )


def _consensus(frame: pd.DataFrame, facts: Mapping[str, Any]) -> Table:
    """Return the ranking over all tasks, with every optimum there is."""
    solutions = sorted(frame["solution"].unique())
    wide = frame.pivot(index="algorithm", columns="solution", values="rank")
    means = frame.drop_duplicates("algorithm").set_index("algorithm")["mean_rank"]
    order = sorted(wide.index, key=lambda name: (wide.loc[name, solutions[0]], str(name)))
    shown = solutions[:10]
    names = ["Rank"] if len(solutions) == 1 else [f"Rank, solution {s}" for s in shown]
    note = f"Method: {heading(str(facts.get('consensus', 'mean_rank')))}."
    if len(solutions) > 1:
        note += f" {len(solutions)} rankings are equally good; all of them are optimal."
    rows = [
        [
            cut(str(name), _NAME_ROOM),
            number(float(means[name]), 2),
            *(f"{wide.loc[name, s]:g}" for s in shown),
        ]
        for name in order
    ]
    columns = ["Algorithm", "Mean rank", *names]
    numeric = range(1, len(columns))
    return table("Consensus over all tasks", columns, rows, numeric=numeric, note=note)
