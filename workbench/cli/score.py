"""``workbench score``: judge a submission as the organiser will."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workbench.cli.scores import print_sheet
from workbench.cli.verbs import Verb


@click.command(
    "score",
    cls=Verb,
    examples=(
        "workbench score challenges/tissue_lesions/starting_kit/submission.csv "
        "--challenge tissue-lesions",
        "workbench score predictions.csv --challenge tissue-lesions --truth labels.csv --json",
    ),
)
@click.argument("predictions", type=click.Path(path_type=Path))
@click.option("--challenge", required=True, help="Name of the challenge.")
@click.option(
    "--truth",
    type=click.Path(path_type=Path),
    help="Labels with the challenge's key, unit and label columns; by default the public sample.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the score sheet as JSON.")
def command(predictions: Path, challenge: str, truth: Path | None, as_json: bool) -> None:
    """Check and score a file of predictions.

    The same bytes here and on the leaderboard. A submission that breaks a rule is refused with
    every problem at once (exit code 4).
    """
    from workbench.scoring import score_file

    sheet = score_file(predictions, challenge, truth)
    if as_json:
        sys.stdout.write(sheet.to_json())
    else:
        print_sheet(sheet)
