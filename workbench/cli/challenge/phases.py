"""``workbench challenge phases``: what is open, until when, and what waits to be scored."""

from __future__ import annotations

import click

from workbench.cli.output import print_json, print_table
from workbench.cli.store_options import JSON, STORE, open_here
from workbench.cli.verbs import Verb


@click.command("phases", cls=Verb, examples=("workbench challenge phases tissue-lesions",))
@click.argument("challenge")
@STORE
@JSON
def command(challenge: str, place: str | None, as_json: bool) -> None:
    """Show what is open, until when, and what waits to be scored.

    By the store's clock. CHALLENGE: its id.
    """
    from workbench.challenge.submissions.cards import card_of
    from workbench.challenge.submissions.phases import closing_times_now, states
    from workbench.challenge.submissions.queue import unfinished

    with open_here(place) as store:
        now = store.now()
        with store.reading() as connection:
            card = card_of(connection, challenge)
            found, closes = states(connection, card, now), closing_times_now(connection, card)
            waits = {p.id: unfinished(connection, challenge, phase=p.id) for p in card.phases}
    rows = [
        {
            "phase": phase.id,
            "state": found[phase.id],
            "split": phase.split,
            "opens": phase.opens.strftime("%Y-%m-%d %H:%M UTC"),
            "closes": closes[phase.id].strftime("%Y-%m-%d %H:%M UTC"),
            "takes from": phase.takes_from or "teams",
            "waiting": waits[phase.id],
        }
        for phase in card.phases
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)
