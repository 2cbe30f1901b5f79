"""``workbench challenge phases``: what is open, until when, and what waits to be scored."""

from __future__ import annotations

import click

from workbench.cli.desk_options import SERVER, desk_at
from workbench.cli.output import print_json, print_table
from workbench.cli.store_options import JSON, STORE
from workbench.cli.verbs import Verb


@click.command("phases", cls=Verb, examples=("workbench challenge phases tissue-lesions",))
@click.argument("challenge")
@STORE
@SERVER
@JSON
def command(challenge: str, place: str | None, server: str | None, as_json: bool) -> None:
    """Show what is open, until when, and what waits to be scored.

    By the organiser's clock. CHALLENGE: its id.
    """
    with desk_at(server, place, challenge, None) as desk:
        found = desk.phases(challenge)
    rows = [
        {
            "phase": line.phase,
            "state": line.state,
            "split": line.split,
            "opens": line.opens,
            "closes": line.closes,
            "takes from": line.takes_from or "teams",
            "waiting": line.waiting,
        }
        for line in found
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)
