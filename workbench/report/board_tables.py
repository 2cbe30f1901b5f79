"""The tables of a board's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.report.ranking.board_figures import share_words
from workbench.report.tables import Table, table
from workbench.report.words import better, level, number, places, plural

Row = Mapping[str, Any]
MEAN = "mean_then_rank"


def board_table(document: Mapping[str, Any]) -> Table:
    """Return the board, best first, floor and baselines among the teams."""
    share, digits = level(document["level"]), document["digits"]
    best_of = any(row["optimism"] is not None for row in document["rows"])
    columns = ["Team", "Rank", f"{document['metric']} ({share} interval)", "Rank interval"]
    columns += ["Rank set", "P(first)", "Tied with leader"]
    columns += ["Optimism"] * best_of + ["Entries", "Last submission (UTC)"]
    rows = [_cells(row, digits, best_of) for row in _told(document["rows"])]
    scheme = str(document["conventions"].get("scheme") or MEAN)
    equal = "Equal stored scores share a rank."
    if scheme != MEAN:
        equal = f"Ranks are by {scheme}; equals under it share one."
    note = (
        f"{better(document['direction']).capitalize()} is better. {equal} Rank interval: "
        f"central {share} of the bootstrap ranks. Rank set: what tests of all pairs leave "
        f"possible, for all teams at once with a chance of {share}. Tied: no test tells them from "
        "the leader."
    )
    if best_of:
        note += " Optimism: what choosing the best of a team's submissions adds on average."
    if document["guarded"]:
        note += " Numbers are rounded, and some withheld, while the labels are in use."
    teams = sum(row["kind"] == "team" for row in document["rows"])
    caption = f"{plural(teams, 'team')}, best first"
    return table(caption, columns, rows, numeric=range(1, len(columns)), note=note)


def further_table(document: Mapping[str, Any]) -> Table | None:
    """Return the teams' further metrics, in the order of the board; None where none is shown."""
    rows = [row for row in document["rows"] if row["secondary"]]
    names = list(dict.fromkeys(metric["name"] for row in rows for metric in row["secondary"]))
    if not names:
        return None
    cells = []
    for row in rows:
        by_name = {metric["name"]: metric for metric in row["secondary"]}
        cells.append([row["name"], *(_metric(by_name.get(name)) for name in names)])
    caption = f"Further metrics, {level(document['level'])} intervals"
    return table(caption, ["Team", *names], cells, numeric=range(1, len(names) + 1))


def _told(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the rows as they are told: a leader alone is tied with nobody."""
    alone = sum(bool(row["tie_group"]) for row in rows) == 1
    return [
        {**row, "tie_group": False if alone and row["tie_group"] else row["tie_group"]}
        for row in rows
    ]


def _cells(row: Row, digits: int, best_of: bool) -> list[str]:
    """Return one line."""
    name = f"{row['name']} ({row['note']})" if row["note"] else row["name"]
    last = row["last_submission"]
    return [
        name,
        "" if row["rank"] is None else f"{row['rank']:g}",
        _estimate(row["score"], row["low"], row["high"], digits),
        "" if row["rank_low"] is None else places(row["rank_low"], row["rank_high"]),
        "" if row["set_low"] is None else places(row["set_low"], row["set_high"]),
        "" if row["p_first"] is None else share_words(float(row["p_first"])),
        {True: "yes", False: "no"}.get(row["tie_group"], ""),
        *(["" if row["optimism"] is None else number(row["optimism"], digits)] * best_of),
        "" if row["entries"] is None else str(row["entries"]),
        "" if last is None else last[:16].replace("T", " "),
    ]


def change_table(changes: Sequence[Row]) -> Table | None:
    """Return what was done by hand; None where nothing was."""
    found = [dict(t) for t in dict.fromkeys(tuple(change.items()) for change in changes)]
    if not found:
        return None
    rows = [
        [
            f"{change['kind'].replace('-', ' ')}: {change['subject']}",
            change["team"],
            change["author"],
            change["at"][:16].replace("T", " "),
            change["reason"],
        ]
        for change in found
    ]
    columns = ["What", "Team", "By", "When (UTC)", "Why"]
    return table("Done by hand", columns, rows, note="Nothing is edited: each is an event.")


def move_table(moved: Mapping[str, Any]) -> Table:
    """Return who moved between two boards."""
    columns = ["Team"]
    for which in (moved["first"], moved["second"]):
        columns += [f"Rank, {which}", f"Interval, {which}"]
    rows = [
        [
            move["name"],
            *_place(move["before"]),
            *_place(move["after"]),
            "" if move["ranks"] is None else f"{move['ranks']:+g}".replace("-", "−"),
        ]
        for move in moved["moves"]
    ]
    note = "Ranks gained: positive is upwards. Interval: bootstrap interval of the rank."
    caption = f"From '{moved['first']}' to '{moved['second']}'"
    return table(caption, [*columns, "Ranks gained"], rows, numeric=range(1, 6), note=note)


def _place(place: Row | None) -> list[str]:
    if place is None or place["rank"] is None:
        return ["", ""]
    ends = "" if place["rank_low"] is None else places(place["rank_low"], place["rank_high"])
    return [f"{place['rank']:g}", ends]


def group_table(groups: Mapping[str, Any], order: Sequence[str]) -> Table:
    """Return the scores within the groups of one column, teams in the order of a board."""
    digits, found = groups["digits"], groups["groups"]
    names = [
        f"{group['name']} ({plural(group['n_cases'], 'case')} of {group['n_units']} persons)"
        for group in found
    ]
    teams = [score["team"] for score in found[0]["scores"]] if found else []
    placed = {name: place for place, name in enumerate(order)}
    rows = [
        [team, *(_in_group(group["scores"][i], digits) for group in found)]
        for i, team in sorted(
            enumerate(teams), key=lambda pair: (placed.get(pair[1], len(placed)), pair[1])
        )
    ]
    note = (
        f"{plural(groups['hidden'], 'group')} withheld: a group is shown when it has at least "
        f"{groups['persons']} persons and {groups['events']} with and without each class or event, "
        "and when what is withheld is as large together."
    )
    caption = f"{groups['metric']} by {groups['column']}"
    return table(caption, ["Team", *names], rows, numeric=range(1, len(names) + 1), note=note)


def _in_group(score: Row, digits: int) -> str:
    return _estimate(score["value"], score["low"], score["high"], digits)


def _metric(metric: Row | None) -> str:
    if metric is None:
        return ""
    return _estimate(metric["value"], metric["low"], metric["high"], metric["digits"])


def _estimate(value: float | None, low: float | None, high: float | None, digits: int) -> str:
    """Return a value with its interval, in the digits of its metric."""
    if value is None:
        return ""
    if low is None or high is None:
        return number(value, digits)
    return f"{number(value, digits)} ({number(low, digits)} to {number(high, digits)})"
