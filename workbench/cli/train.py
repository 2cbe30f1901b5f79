"""``workbench train``: from a configuration to a scored run, or to many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from workbench.cli.completion import complete_override
from workbench.cli.output import print_json, print_table, results_only, say
from workbench.cli.scores import comparison_rows, print_excluded
from workbench.cli.verbs import Verb
from workbench.errors import DataError

if TYPE_CHECKING:
    from omegaconf import DictConfig

    from workbench.config import SweepRun
    from workbench.runs import RunResult


@click.command(
    "train",
    cls=Verb,
    examples=(
        "workbench train debug=quick tracking=none",
        "workbench train experiment=demo trainer.max_epochs=30 --dry-run",
        "workbench train -m model=attention_mil,mean_pool seed=1,2 debug=quick --dry-run",
    ),
)
@click.argument("overrides", nargs=-1, metavar="[KEY=VALUE]...", shell_complete=complete_override)
@click.option("-m", "--multirun", is_flag=True, help="Run every combination of several values.")
@click.option("--dry-run", is_flag=True, help="Check everything, print the plan, do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(overrides: tuple[str, ...], multirun: bool, dry_run: bool, as_json: bool) -> int:
    """Train, cross-validate and score a model.

    KEY=VALUE choose an option of a group (model=mean_pool, experiment=demo) or change one setting
    (trainer.max_epochs=30): workbench list configs and workbench show config train list them.
    Everything is checked before any work.
    """
    if multirun:
        return _many(overrides, dry_run, as_json)
    from workbench.config import compose

    config = compose(overrides)
    if dry_run:
        _print_plan(config, as_json)
        return 0
    from workbench import runs

    with results_only():
        result = runs.train(config)
    if as_json:
        print_json(result.as_dict())
    else:
        _print_result(result)
    return 0 if result.ok else DataError.exit_code


def run_one(config: DictConfig) -> int:
    """Run one combination of a sweep, in whatever process, and leave its result in its folder."""
    from workbench import runs, storage
    from workbench.config import sweep_folder

    with results_only():
        result = runs.train(config)
    storage.write_json(sweep_folder() / "result.json", result.as_dict())
    return 0 if result.ok else DataError.exit_code


def _many(overrides: tuple[str, ...], dry_run: bool, as_json: bool) -> int:
    """Run a sweep; its exit code is the highest of its runs."""
    from workbench.config import expand, preflight, run_sweep

    if dry_run:
        preflight(overrides)
        runs = expand(overrides)
        if as_json:
            print_json(runs)
        else:
            print("\n".join(" ".join(run) for run in runs))
        return 0
    with results_only():
        done = run_sweep(overrides, run_one)
    same = set.intersection(*(set(run.overrides) for run in done))
    rows = [_sweep_row(run, same if len(done) > 1 else set()) for run in done]
    if as_json:
        print_json(rows)
    else:
        print_table(rows)
    return max(run.code for run in done)


def _sweep_row(run: SweepRun, same: set[str]) -> dict[str, Any]:
    """Return the row of one run of a sweep; what is the same in all runs is left out."""
    import json

    settings = " ".join(word for word in run.overrides if word not in same)
    row: dict[str, Any] = {"settings": settings, "exit": run.code, "score": None, "run": ""}
    result = run.folder / "result.json"
    if result.is_file():
        found = json.loads(result.read_text(encoding="utf-8"))
        primary = next(m for m in found["score"]["metrics"] if m["primary"])
        row |= {"score": primary["value"], "run": found["run"]}
    return row


def _print_plan(config: DictConfig, as_json: bool) -> None:
    """Print what would be done."""
    from workbench import runs

    with results_only():
        plan = runs.plan(config)
    if as_json:
        print_json(plan)
        return
    import yaml

    print(yaml.safe_dump(plan, sort_keys=False, allow_unicode=True).rstrip())


def _print_result(result: RunResult) -> None:
    """Print the scores, where everything lies, and what to do next."""
    print_table(comparison_rows(result))
    print(f"\nrun     {result.folder}")
    print(f"report  {result.folder / 'report.html'}, {result.folder / 'rapport.html'}")
    if result.reused:
        say("This run was done before; its result was read back.")
    print_excluded(result.excluded)
    say(f"Next: {result.next_command}")
