"""``workbench challenge``: everything an organiser does; each verb is a file beside this one."""

from __future__ import annotations

import click

from workbench.cli.verbs import VerbFolder


@click.group(
    "challenge",
    cls=VerbFolder,
    package=__name__,
    examples=(
        "workbench challenge validate tissue-lesions",
        "workbench challenge new --from-csv labels.csv --id my-challenge --unit patient "
        "--classes benign,low,high,invasive --metric balanced-accuracy --out my_challenge",
    ),
)
def command() -> None:
    """Make, check and run a challenge.

    In this order: new, validate, power and simulate before it opens; open, team, token; work,
    phases, duplicates and override while it runs; end-phase, close; and verify, by anybody.
    docs/challenges.md walks through all of it. Participants use `workbench submit` and the verbs
    beside it.
    """
