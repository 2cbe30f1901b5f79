"""``workbench evaluate``: a finished run on labelled data it has not seen."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.output import print_json, results_only, say
from workbench.cli.scores import print_excluded, print_sheet
from workbench.cli.verbs import Verb
from workbench.errors import DataError


@click.command(
    "evaluate",
    cls=Verb,
    examples=(
        "workbench evaluate --run runs/my_run --data data/other",
        "workbench evaluate --run runs/my_run --data data/other --json",
    ),
)
@click.option(
    "--run", required=True, type=click.Path(path_type=Path), help="A finished run folder."
)
@click.option("--data", required=True, help="A data card or its folder, with labels.")
@click.option("--split", help="Use the cases of this split alone.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(run: Path, data: str, split: str | None, as_json: bool) -> int:
    """Score a run's model on other labelled data.

    The evaluation has pages of its own, in English and in French. Refused when the data shares
    persons with the training data: the score would flatter.
    """
    from workbench import runs

    with results_only():
        result = runs.evaluate(run, data, split)
    if as_json:
        print_json(result.as_dict())
    else:
        print_sheet(result.sheet)
        print(f"\nevaluation  {result.folder}")
        print(f"report      {result.folder / 'report.html'}, {result.folder / 'rapport.html'}")
        print_excluded(result.excluded)
        say(f"Next: workbench leaderboard {result.folder.parent}")
    return 0 if result.ok else DataError.exit_code
