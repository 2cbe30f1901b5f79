"""``workbench challenge open``: from here on teams may send."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from workbench.cli.output import print_json, results_only, say
from workbench.cli.store_options import JSON, LABELS, STORE, open_here
from workbench.cli.verbs import Verb


@click.command(
    "open",
    cls=Verb,
    examples=("workbench challenge open challenges/tissue_lesions --store other_store",),
)
@click.argument("card")
@LABELS
@STORE
@JSON
def command(card: str, labels: Path | None, place: str | None, as_json: bool) -> None:
    """Open a challenge in a store.

    Card, labels and starting kit are checked as by `challenge validate`; the labels' digests are
    sealed in the event log, so that labels changed later are refused by the scorer. Phases then
    open and close by the card's dates. CARD: a challenge.yaml, its folder, a challenge's name, or
    the folder of a finished run: its challenge on its own public labels, for practice, with a team
    for each of its models (opened twice, it is left as it is).
    """
    from workbench.challenge.store.clock import SystemClock
    from workbench.challenge.submissions import (
        is_run,
        models_of,
        open_challenge,
        open_practice,
        practice_card,
        seal_challenge,
    )

    run = Path(card) if is_run(card) else None
    with results_only():
        # Checked before a store is made: a typing error leaves none behind.
        asked = practice_card(run) if run else card
        sealed = seal_challenge(asked, labels, now=SystemClock().now())
        models = models_of(run) if run else []
        with open_here(place, create=True) as store:
            opened = open_practice(store, run) if run else open_challenge(store, sealed)
            where = store.place
    if as_json:
        print_json(asdict(opened))
        return
    print(f"{opened.challenge} {opened.version} is open, score set {opened.score_set}")
    for split, digest in opened.labels.items():
        print(f"labels of '{split}' sealed: {digest}")
    say(f"Store: {where}")
    if run is None:
        say(f"Next: workbench challenge team add {opened.challenge} NAME")
    else:
        named = f"--challenge {opened.challenge} --team {models[0]}"
        say(f"Next: workbench submit {run} {named} --wait")
