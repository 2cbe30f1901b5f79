"""``workbench submissions``: what a team has sent, and the files themselves."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.desk_options import SERVER, desk_at
from workbench.cli.entries import entry_row, quota_line
from workbench.cli.output import print_json, print_table, say
from workbench.cli.store_options import JSON, STORE, TEAM
from workbench.cli.verbs import Verb
from workbench.errors import UsageError


@click.command(
    "submissions",
    cls=Verb,
    examples=(
        'workbench submissions --challenge tissue-lesions --team "Team 1"',
        "workbench submissions --file last --out mine.csv",
    ),
)
@click.option("--challenge", help="Only those of this challenge.")
@TEAM
@click.option("--file", "named", metavar="ID", help="Get a file back: id, sha256, or `last`.")
@click.option("--out", "-o", type=click.Path(path_type=Path), help="Where to write it.")
@STORE
@SERVER
@JSON
def command(
    challenge: str | None,
    team: str | None,
    named: str | None,
    out: Path | None,
    place: str | None,
    server: str | None,
    as_json: bool,
) -> None:
    """List the submissions of a team, or get a file back.

    A team sees its own; the organiser, at the store, those of all teams.
    """
    from workbench.challenge.submissions import Refusal
    from workbench.storage import write_bytes

    with desk_at(server, place, challenge, team, asks="sent") as desk:
        if named is not None:
            name, content = desk.sent_file(named)
            if out is None:
                raise UsageError(f"where should {name} go?", remedy="--out FILE")
            write_bytes(out, content)
            say(f"{name}: {len(content):,} bytes to {out}")
            return
        found = desk.entries(challenge)
        left = None
        if desk.principal.team is not None and desk.principal.challenge is not None:
            try:
                left = desk.quota(challenge or desk.principal.challenge)
            except Refusal as closed:
                say(closed.problems[0].render())
    if as_json:
        listed = [entry.as_dict() for entry in found]
        print_json({"submissions": listed, "quota": None if left is None else left.as_dict()})
        return
    print_table([entry_row(entry) for entry in found])
    if not found:
        nobody = desk.principal.scope == "public"
        say("Nothing was sent yet" + ", or the token is not valid here" * nobody + ".")
    if left is not None:
        print(quota_line(left))
