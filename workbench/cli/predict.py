"""``workbench predict``: new cases through a finished run."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.output import print_json, print_table, results_only, say
from workbench.cli.verbs import Verb
from workbench.errors import DataError


@click.command(
    "predict",
    cls=Verb,
    examples=(
        "workbench predict --run runs/my_run slide.svs --out predictions",
        "workbench predict --run runs/my_run slides --out predictions --mpp 0.5 --json",
    ),
)
@click.argument("inputs", nargs=-1, required=True, metavar="INPUT...")
@click.option(
    "--run", required=True, type=click.Path(path_type=Path), help="A finished run folder."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option(
    "--mpp",
    type=click.FloatRange(min=0, min_open=True),
    help="Micrometres per pixel of the inputs that do not state it themselves.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(inputs: tuple[str, ...], run: Path, out: Path, mpp: float | None, as_json: bool) -> int:
    """Predict files with a run's model.

    Writes a table, heatmaps, and a reason for each refused file.

    INPUT is a slide, a folder of slides or a data card. A file that cannot be used does not stop
    the others; the exit code is then 3.
    """
    from workbench import runs

    with results_only():
        result = runs.predict(run, list(inputs), out, mpp)
    if as_json:
        print_json(result.as_dict())
    else:
        columns = dict.fromkeys(name for row in result.rows for name in row)
        print_table(result.rows, list(columns))
        say(f"\nPredictions and heatmaps are in {result.folder}")
    if result.failed:
        say(f"{result.failed} of {len(result.rows)} could not be predicted")
    return DataError.exit_code if result.failed else 0
