"""``workbench why``: what became of a submission, and why."""

from __future__ import annotations

import click

from workbench.cli.desk_options import SERVER, desk_at
from workbench.cli.entries import print_entry
from workbench.cli.output import print_json, say
from workbench.cli.store_options import JSON, STORE, TEAM
from workbench.cli.verbs import Verb


@click.command(
    "why",
    cls=Verb,
    examples=(
        "workbench why",
        'workbench why last --challenge tissue-lesions --team "Team 1" --json',
    ),
)
@click.argument("submission", default="last")
@click.option("--challenge", help="The challenge of --team.")
@TEAM
@STORE
@SERVER
@JSON
def command(
    submission: str,
    challenge: str | None,
    team: str | None,
    place: str | None,
    server: str | None,
    as_json: bool,
) -> None:
    """Say what became of a submission.

    Its score, what it waits for, or the reason it has none. SUBMISSION: an id, the file's sha256,
    or `last`. The organiser, at the store, also sees what only the host may see.
    """
    with desk_at(server, place, challenge, team, asks="sent") as desk:
        found = desk.entry(submission)
        detail = desk.host_detail(found.id)
    if as_json:
        print_json(found.as_dict() | ({} if detail is None else {"host_detail": detail}))
        return
    print_entry(found)
    if detail:
        say(f"For the host:\n{detail}")
