"""Rankings as rows for the terminal."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.cli.output import print_table, say
from workbench.cli.scores import interval, number

if TYPE_CHECKING:
    import pandas as pd

NAME_ROOM = 24


def print_board(scores: pd.DataFrame, facts: Mapping[str, Any]) -> None:
    """Print one board a task, and what the columns mean on stderr."""
    for place, (task, part) in enumerate(scores.groupby("task", sort=False)):
        first = part.iloc[0]
        print("\n" * bool(place), end="")
        print(
            f"{task}: "
            * bool(task)
            + f"{facts['scheme']}, {facts['direction']}, {first['n_cases']} cases of "
            f"{first['n_units']} units, {first['level']:.0%} intervals"
        )
        shared = int(part["tie_group"].sum()) > 1
        print_table([_row(row, shared) for row in part.to_dict("records")])
    say(
        "ranks: bootstrap interval; set: ranks the tests of all pairs leave possible; "
        "tied: with the leader"
    )
    if facts["n_missing"]:
        say(f"missing values: {facts['n_missing']}; policy: {facts['missing']}")
    if facts["unit"] == "case":
        say("Every case is its own unit: name the patient with --unit where cases share one.")


def print_consensus(consensus: pd.DataFrame, facts: Mapping[str, Any]) -> None:
    """Print the ranking over all tasks; where several are equally good, the first of them."""
    n_solutions = consensus["solution"].nunique()
    more = f", first of {n_solutions} that are equally good" if n_solutions > 1 else ""
    print(f"\nconsensus over {facts['n_tasks']} tasks: {facts['consensus']}{more}")
    first = consensus[consensus["solution"] == consensus["solution"].iloc[0]]
    rows = [
        {
            "rank": f"{row['rank']:g}",
            "algorithm": short_name(row["algorithm"]),
            "mean rank": number(row["mean_rank"], 2),
        }
        for row in first.to_dict("records")
    ]
    print_table(rows)


def short_name(name: str, room: int = NAME_ROOM) -> str:
    """Return a name, cut in the middle where a person reads it at a terminal."""
    if not sys.stdout.isatty() or len(name) <= room:
        return name
    return f"{name[: room // 2]}…{name[-(room // 2 - 1) :]}"


def _row(row: Mapping[Any, Any], shared: bool) -> dict[str, Any]:
    """Return a line of the board that fits 80 columns; a leader alone is tied with nobody."""
    return {
        "rank": f"{row['rank']:g}",
        "algorithm": short_name(row["algorithm"]),
        "value": number(row["value"], 3),
        "interval": interval(row["low"], row["high"], 3),
        "ranks": span(row["rank_low"], row["rank_high"]),
        "set": span(row["set_low"], row["set_high"]),
        "P(1)": f"{row['p_first']:.2f}",
        "tied": "yes" if row["tie_group"] and shared else "",
    }


def span(low: float | None, high: float | None) -> str:
    """Return a range of ranks; nothing where there is none.

    >>> span(1.0, 3.0), span(2, 2), span(None, None)
    ('1-3', '2', '')
    """
    if low is None or high is None:
        return ""
    return f"{low:g}" if low == high else f"{low:g}-{high:g}"
