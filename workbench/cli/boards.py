"""Boards and moves as rows for the terminal."""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Any

from workbench.cli.output import print_table, say, table_width
from workbench.cli.ranks import short_name, span
from workbench.cli.scores import interval, number

if TYPE_CHECKING:
    from workbench.challenge import Board
    from workbench.challenge.standings import BoardDocument, Movement, Row
    from workbench.challenge.standings.moves import Place


def print_board(document: BoardDocument, *, wide: bool = False) -> None:
    """Print the board of a phase, and what belongs to it on stderr.

    Args:
        document: The board.
        wide: With secondary metrics and the last submission; else those that the terminal has
            room for, and in 80 columns where it is none.
    """
    cases = ""
    if document.n_cases is not None:
        cases = f", {document.n_cases} cases of {document.n_units} {document.unit}s"
    print(
        f"{document.challenge} {document.version}, phase {document.phase}: {document.metric}, "
        f"{document.direction}{cases}"
    )
    shared = sum(bool(row.tie_group) for row in document.rows) > 1
    rows = [_row(row, document.digits, shared) for row in document.rows]
    print_table(_with_more(rows, document.rows, room=None if wide else _room()))
    for one in document.unscored:
        say(f"{one.submission} {one.name}: {one.state}" + f", {one.reason}" * bool(one.reason))
    for change in document.changes:
        what = f"{change.kind.replace('-', ' ')}: {change.subject} {change.team}".rstrip()
        say(f"{what}, by {change.author} at {change.at[:16]}: {change.reason}")
    for words in document.notices:
        say(f"Note: {words}")
    if not document.rows:
        return
    say(
        f"{document.level:.0%} intervals. ranks: bootstrap interval; set: ranks the tests of all "
        "pairs leave possible; = : tied with the leader"
    )


def _row(row: Row, digits: int, shared: bool) -> dict[str, Any]:
    """Return a line of the board that fits 80 columns; a leader alone is tied with nobody."""
    return {
        "rank": "" if row.rank is None else f"{row.rank:g}",
        "team": short_name(row.name, 20),
        "score": "" if row.score is None else number(row.score, digits),
        "interval": "" if row.low is None else interval(row.low, row.high, digits),
        "ranks": span(row.rank_low, row.rank_high),
        "set": span(row.set_low, row.set_high),
        "=": "=" if row.tie_group and shared else "",
        "P(1)": "" if row.p_first is None else f"{row.p_first:.2f}",
        "n": "" if row.entries is None else str(row.entries),
    }


def _with_more(
    lines: list[dict[str, Any]], rows: list[Row], room: int | None
) -> list[dict[str, Any]]:
    """Return the lines with secondary metrics and the last submission, as far as there is room."""
    names = list(dict.fromkeys(metric.name for row in rows for metric in row.secondary))
    more: dict[str, list[str]] = {name: [_secondary(row, name) for row in rows] for name in names}
    more["last submission"] = [(row.last_submission or "")[:16].replace("T", " ") for row in rows]
    found = lines
    for name, cells in more.items():
        wider = [{**line, name: cell} for line, cell in zip(found, cells, strict=True)]
        if room is None or (wider and table_width(wider) <= room):
            found = wider
    return found


def _secondary(row: Row, name: str) -> str:
    """Return a secondary metric as it is shown; nothing where it is not."""
    for metric in row.secondary:
        if metric.name == name and metric.value is not None:
            return number(metric.value, metric.digits)
    return ""


def _room() -> int:
    """Return the columns of the terminal; 80 where the result goes elsewhere."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 80


def print_folder(board: Board) -> None:
    """Print the boards of a folder of score sheets."""
    for place, group in enumerate(board.groups):
        print("\n" * bool(place), end="")
        print(
            f"{group.challenge} {group.version}: {group.metric}, {group.direction}, "
            f"{group.level:.0%} intervals, labels {group.truth[:10]}"
        )
        uncertain = any(row.rank_low is not None for row in group.rows)
        shared = sum(bool(row.tie_group) for row in group.rows) > 1
        rows = []
        for row in group.rows:
            places = {
                "ranks": span(row.rank_low, row.rank_high),
                "set": span(row.set_low, row.set_high),
                "=": "=" if row.tie_group and shared else "",
            }
            rows.append(
                {
                    "rank": row.rank,
                    "name": row.name,
                    "score": number(row.score, group.digits),
                    "interval": interval(row.low, row.high, group.digits),
                    **(places if uncertain else {}),
                    "cases": row.n_cases,
                    "units": row.n_units,
                }
            )
        print_table(rows)
        if group.missing:
            say(f"Note: no rank intervals: {group.missing}.")


def print_movement(movement: Movement) -> None:
    """Print who moves between two boards."""
    rows = []
    for move in movement.moves:
        before, after = move.before, move.after
        rows.append(
            {
                "team": short_name(move.name, 20),
                "rank before": _rank(before),
                "rank after": _rank(after),
                "ranks gained": "" if move.ranks is None else f"{move.ranks:+g}",
                "score": "" if move.score is None else f"{move.score:+.4f}",
            }
        )
    print(f"who moves from {movement.first} to {movement.second}, rank intervals in brackets")
    print_table(rows)
    tau = "" if movement.tau is None else f"; Kendall's tau {movement.tau:.2f}"
    say(
        f"{movement.moved} of {len(rows)} have another rank, {movement.beyond} of them outside the "
        f"rank interval before{tau}"
    )


def _rank(place: Place | None) -> str:
    """Return a team's rank with its interval; nothing where it is not on the board."""
    if place is None:
        return ""
    between = span(place.rank_low, place.rank_high)
    return span(place.rank, place.rank) + (f" [{between}]" if between else "")
