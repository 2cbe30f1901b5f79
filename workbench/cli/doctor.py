"""``workbench doctor``: what this machine has, and what would stop a run."""

from __future__ import annotations

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.verbs import Verb
from workbench.errors import RunError


@click.command("doctor", cls=Verb, examples=("workbench doctor", "workbench doctor --json"))
@click.option("--runs", default="runs", show_default=True, help="Folder of the runs.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(runs: str, as_json: bool) -> int:
    """Say what this machine has, and what would stop a run.

    Python, torch, GPU, OpenSlide, disk, tracking store, audit log, opt-out list, sandbox tier.

    A line is ok, absent (something optional) or broken; the exit code is 1 when one is broken.
    """
    from workbench.cli.checkup import checks

    found = checks(runs)
    if as_json:
        print_json([check.as_dict() for check in found])
    else:
        print_table([check.as_dict() for check in found], ["check", "state", "found"])
    for check in found:
        if check.remedy:
            say(f"{check.check}: {check.remedy}")
    return RunError.exit_code if any(check.state == "broken" for check in found) else 0
