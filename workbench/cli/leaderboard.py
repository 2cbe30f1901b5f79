"""``workbench leaderboard``: who is ahead, and by how sure a margin."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.scores import interval, number
from workbench.cli.verbs import Verb
from workbench.errors import DataError

if TYPE_CHECKING:
    from workbench.challenge import Group


@click.command(
    "leaderboard",
    cls=Verb,
    examples=("workbench leaderboard runs", "workbench leaderboard runs --json"),
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(folder: Path, as_json: bool) -> int:
    """Rank the scored files of a folder.

    Score, interval, rank, and the best constant answer. Scores of other challenges, versions or
    labels are ranked apart.
    """
    from workbench.challenge import leaderboard

    board = leaderboard(folder)
    if as_json:
        problems = [problem.as_dict() for problem in board.problems]
        print_json({"groups": [asdict(group) for group in board.groups], "problems": problems})
    else:
        for place, group in enumerate(board.groups):
            print("\n" * bool(place), end="")
            _print_group(group)
    for problem in board.problems:
        say(problem.render())
    return DataError.exit_code if board.problems else 0


def _print_group(group: Group) -> None:
    """Print the board of one challenge version and one set of labels."""
    print(
        f"{group.challenge} {group.version}: {group.metric}, {group.direction}, "
        f"{group.level:.0%} intervals, labels {group.truth[:10]}"
    )
    print_table(
        [
            {
                "rank": row.rank,
                "name": row.name,
                "score": number(row.score, group.digits),
                "interval": interval(row.low, row.high, group.digits),
                "cases": row.n_cases,
                "units": row.n_units,
            }
            for row in group.rows
        ]
    )
