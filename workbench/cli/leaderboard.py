"""``workbench leaderboard``: who is ahead, and by how sure a margin."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from workbench.cli.boards import print_board, print_folder
from workbench.cli.desk_options import SERVER, desk_at
from workbench.cli.output import print_json, say
from workbench.cli.store_options import JSON, STORE, TEAM
from workbench.cli.verbs import Verb
from workbench.errors import DataError, UsageError


@click.command(
    "leaderboard",
    cls=Verb,
    examples=(
        "workbench leaderboard runs",
        "workbench leaderboard --challenge tissue-lesions --html board.html",
        "workbench leaderboard --challenge tissue-lesions --as-of 2099-01-01 --json",
    ),
)
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--challenge", help="Id of a challenge of the store, in the place of a folder.")
@click.option("--phase", help="Its phase; the final once scored, else what is open.")
@click.option("--as-of", metavar="DATE", help="As it was then: 2026-03-01, or with time and zone.")
@click.option("--score-set", metavar="ID", help="Another score set than the newest complete one.")
@TEAM
@STORE
@SERVER
@JSON
@click.option("--wide", is_flag=True, help="All columns, also where they do not fit the terminal.")
@click.option("--csv", "csv_path", type=click.Path(path_type=Path), help="Write a CSV file.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with figures.")
def command(
    folder: Path | None,
    challenge: str | None,
    phase: str | None,
    as_of: str | None,
    score_set: str | None,
    team: str | None,
    place: str | None,
    server: str | None,
    as_json: bool,
    wide: bool,
    csv_path: Path | None,
    html: Path | None,
) -> int:
    """Show who is ahead, with rank intervals and tie groups.

    FOLDER ranks the scored files of a folder; --challenge shows the board of a challenge in the
    store as whoever asks may see it: the organiser at the store, the team named by --team, or the
    holder of WORKBENCH_TOKEN.
    """
    if (folder is None) == (challenge is None):
        remedy = "workbench leaderboard runs, or workbench leaderboard --challenge NAME"
        raise UsageError("give a folder or a challenge, one of the two", remedy=remedy)
    if folder is not None:
        if phase or as_of or score_set or csv_path or html:
            raise UsageError(
                "--phase, --as-of, --score-set, --csv and --html belong to --challenge",
                remedy="a folder has no phases and no history; --json prints all of it",
            )
        return _folder(folder, as_json=as_json)
    from workbench.challenge.standings import board_csv
    from workbench.storage import write_text

    name, moment = str(challenge), _moment(as_of)
    with desk_at(server, place, challenge, team) as desk:
        document = desk.board(name, phase, as_of=moment, score_set=score_set)
        if csv_path:
            say(f"table: {write_text(csv_path, board_csv(document))}")
        if html:
            page = desk.board_page(name, phase, as_of=moment, score_set=score_set)
            say(f"page: {write_text(html, page)}")
    if as_json:
        print(document.to_json(), end="")
    else:
        print_board(document, wide=wide)
    return 0


def _folder(folder: Path, *, as_json: bool) -> int:
    """Show the board of a folder of score sheets."""
    from workbench.challenge import leaderboard

    board = leaderboard(folder)
    if as_json:
        print_json(board.as_dict())
    else:
        print_folder(board)
    for problem in board.problems:
        say(problem.render())
    return DataError.exit_code if board.problems else 0


def _moment(text: str | None) -> datetime | None:
    """Return the moment of ``--as-of``; a date is its end, a time without a zone is refused.

    >>> _moment("2026-03-01").isoformat()
    '2026-03-01T23:59:59.999999+00:00'
    """
    if text is None:
        return None
    remedy = "write 2026-03-01, or 2026-03-01T12:00:00Z"
    if len(text) == len("2026-03-01"):
        text += "T23:59:59.999999Z"
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"'{text}' is no date", where="--as-of", remedy=remedy) from error
    if moment.tzinfo is None:
        raise UsageError(f"'{text}' has no time zone", where="--as-of", remedy=remedy)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise UsageError(f"'{text}' is no date", where="--as-of", remedy=remedy) from error
