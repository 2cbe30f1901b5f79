"""``workbench rates``: reporting rates from dispensings and reports, safe to publish."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.output import print_json, print_table, results_only, say
from workbench.cli.verbs import Verb

if TYPE_CHECKING:
    from workbench.runs import RatesResult


@click.command(
    "rates",
    cls=Verb,
    examples=(
        "workbench rates rates.yaml --data data/adverse_events --out rates",
        "workbench rates rates.yaml --data data/adverse_events --out rates2 --since rates --json",
    ),
)
@click.argument("plan", type=click.Path(path_type=Path))
@click.option("--data", required=True, help="A data card of claims and reports.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option(
    "--since",
    type=click.Path(path_type=Path),
    help="Folder of an earlier report: what it showed is known, what changed is listed.",
)
@click.option(
    "--tracking",
    type=click.Choice(["mlflow", "jsonl", "none"]),
    default="mlflow",
    show_default=True,
    help="Where the report is recorded; mlflow in runs/mlflow.db.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    plan: Path, data: str, out: Path, since: Path | None, tracking: str, as_json: bool
) -> None:
    """Report adverse events over the patients really exposed, with intervals.

    PLAN is the YAML of what is counted and over whom. Everything in the folder has passed
    disclosure control. Killed and started again with the same words, it goes on where it stopped.
    """
    settings = {"backend": tracking, "uri": "sqlite:///runs/mlflow.db", "experiment": "rates"}
    from workbench import runs

    with results_only():
        result = runs.report_rates(plan, data, out, since=since, tracking=settings)
    if as_json:
        print_json(result.as_dict())
    else:
        _print(result)


def _print(result: RatesResult) -> None:
    """Print what was published, and where everything lies."""
    summary = result.summary
    print_table([{"what": name, "number": summary[name]}
                 for name in ("codes", "cells", "hidden", "pairs", "alerts")])  # fmt: skip
    print(f"\nrates   {result.folder / 'tables' / 'rates.csv'}")
    print(f"report  {result.folder / 'report.html'}, {result.folder / 'rapport.html'}")
    if result.reused:
        say("This report was made before; its result was read back.")
