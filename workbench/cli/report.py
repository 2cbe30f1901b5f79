"""``workbench report``: the page of a run."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.output import results_only
from workbench.cli.verbs import Verb


@click.command("report", cls=Verb, examples=("workbench report runs/my_run",))
@click.argument("run", type=click.Path(path_type=Path))
def command(run: Path) -> None:
    """Write a run's report again.

    One HTML file a language (report.html, rapport.html), readable without network. Reads only what
    is in the run folder, and prints the path of the English page.
    """
    from workbench.report import write_report

    with results_only():
        page = write_report(run)
    print(page)
