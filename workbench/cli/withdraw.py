"""``workbench withdraw``: a submission that shall count no longer."""

from __future__ import annotations

import click

from workbench.cli.desk_options import SERVER, desk_at
from workbench.cli.entries import print_entry
from workbench.cli.output import print_json
from workbench.cli.store_options import JSON, STORE, TEAM
from workbench.cli.verbs import Verb


@click.command(
    "withdraw",
    cls=Verb,
    examples=('workbench withdraw last --reason "sent the wrong file"',),
)
@click.argument("submission")
@click.option("--reason", required=True, help="Why; shown with the submission.")
@click.option("--challenge", help="The challenge of --team.")
@TEAM
@STORE
@SERVER
@JSON
def command(
    submission: str,
    reason: str,
    challenge: str | None,
    team: str | None,
    place: str | None,
    server: str | None,
    as_json: bool,
) -> None:
    """Withdraw a submission.

    It counts no longer and stays visible as withdrawn, with the reason and who withdrew it. Quota
    is not given back. SUBMISSION: an id, the file's sha256, or `last`.
    """
    with desk_at(server, place, challenge, team, asks="sent") as desk:
        found = desk.withdraw(submission, reason)
    if as_json:
        print_json(found.as_dict())
    else:
        print_entry(found)
