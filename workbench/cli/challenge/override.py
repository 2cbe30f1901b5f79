"""``workbench challenge override``: another value in the place of a score, or none."""

from __future__ import annotations

import click

from workbench.cli.output import print_json
from workbench.cli.store_options import JSON, STORE, open_here
from workbench.cli.verbs import Verb
from workbench.errors import UsageError


@click.command(
    "override",
    cls=Verb,
    examples=(
        'workbench challenge override s-000008 --set-aside --reason "used the private labels"',
        'workbench challenge override s-000008 --value 0.812 --reason "case 17 was mislabelled"',
    ),
)
@click.argument("submission")
@click.option("--value", type=float, help="The value that counts from now on.")
@click.option("--set-aside", is_flag=True, help="No value counts: shown without a rank.")
@click.option("--reason", required=True, help="Why; shown on the board.")
@click.option("--phase", help="On which phase's split; the one it was sent to where not given.")
@STORE
@JSON
def command(
    submission: str,
    value: float | None,
    set_aside: bool,
    reason: str,
    phase: str | None,
    place: str | None,
    as_json: bool,
) -> None:
    """Set a score aside, or put another value in its place.

    In your name: the score itself stays in the event log, and the board shows who did it, when and
    why. A rescore starts anew, without it. SUBMISSION: its id.
    """
    from workbench.challenge.submissions import organiser_here
    from workbench.challenge.submissions.corrections import override

    if (value is None) is not set_aside:
        raise UsageError("say either --value NUMBER or --set-aside", where="challenge override")
    with open_here(place) as store:
        done = override(store, organiser_here(), submission, value, reason, phase=phase)
    if as_json:
        print_json(done.model_dump(mode="json"))
        return
    print(f"{submission}: " + ("set aside" if value is None else f"{value:g} counts"))
