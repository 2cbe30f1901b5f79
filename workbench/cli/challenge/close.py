"""``workbench challenge close``: score the final phase, close the challenge, publish its report."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.boards import print_board, print_movement
from workbench.cli.output import print_json, results_only, say
from workbench.cli.store_options import JSON, LABELS, STORE, open_here
from workbench.cli.verbs import Verb


@click.command(
    "close",
    cls=Verb,
    examples=("workbench challenge close over --publish report",),
)
@click.argument("challenge")
@click.option(
    "--publish",
    "folder",
    required=True,
    type=click.Path(path_type=Path),
    help="Folder to write the report into.",
)
@LABELS
@STORE
@JSON
def command(
    challenge: str, folder: Path, labels: Path | None, place: str | None, as_json: bool
) -> None:
    """Close a challenge, and publish a report that proves itself.

    All phases must be over. What still waits is scored, then the final phase, once. The report
    holds the boards, who moved from the public to the private one, tables of centres and subgroups
    that are large enough, and the event log it all follows from. A challenge that is closed already
    gives the same report again. CHALLENGE: its id.
    """
    from workbench.challenge.standings import close_challenge
    from workbench.challenge.submissions import organiser_here
    from workbench.challenge.submissions.worker_labels import worker_labels
    from workbench.report.standings import page_of_result

    with results_only(), open_here(place) as store:
        closed = close_challenge(
            store,
            challenge,
            worker_labels(store, labels),
            organiser_here(),
            folder,
            render=page_of_result,
        )
    if as_json:
        head = {"seq": closed.head.seq, "hash": closed.head.hash}
        content = {"challenge": challenge, "digest": closed.digest, "folder": str(closed.folder)}
        print_json(content | {"head": head, "again": closed.again})
        return
    result = closed.result
    for phase, board in result.boards.items():
        print_board(board.document)
        print()
        if phase in result.shake_ups:
            print_movement(result.shake_ups[phase])
            print()
    print(f"{'published again' if closed.again else 'closed and published'}: {closed.folder}")
    print(f"digest {closed.digest}")
    say("Announce the digest; anybody can compute the report again: workbench challenge verify")
    say(
        "The report holds every score sheet and its resampled values: take the labels of this "
        "challenge as known from now on."
    )
