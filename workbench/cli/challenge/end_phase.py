"""``workbench challenge end-phase``: close a phase before its date."""

from __future__ import annotations

import click

from workbench.cli.output import print_json
from workbench.cli.store_options import JSON, STORE, open_here
from workbench.cli.verbs import Verb


@click.command(
    "end-phase",
    cls=Verb,
    examples=('workbench challenge end-phase trial-round practice --reason "labels leaked"',),
)
@click.argument("challenge")
@click.argument("phase")
@click.option("--reason", required=True, help="Why; shown on the board.")
@STORE
@JSON
def command(challenge: str, phase: str, reason: str, place: str | None, as_json: bool) -> None:
    """Close a phase before its date, in your name.

    It takes no file from now on; what waits is scored all the same. Where no other phase uses its
    labels, everything about it is shown from now on. A phase that takes its files from another one
    can end once that one has. CHALLENGE and PHASE: their ids.
    """
    from workbench.challenge.submissions import organiser_here
    from workbench.challenge.submissions.corrections import end_phase

    with open_here(place) as store:
        closed_at = end_phase(store, organiser_here(), challenge, phase, reason)
    if as_json:
        told = {"challenge": challenge, "phase": phase, "closed_at": closed_at, "reason": reason}
        print_json(told)
        return
    print(f"phase '{phase}' of {challenge} is closed")
