"""``workbench audit``: was the log of data openings, or a challenge store, touched?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.verbs import Verb, VerbGroup
from workbench.errors import DataError, Problem, UsageError

if TYPE_CHECKING:
    from workbench.audit import AuditLog

_LOG = click.option(
    "--log",
    type=click.Path(path_type=Path),
    help="The log; by default audit/log.jsonl under WORKBENCH_HOME.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group(
    "audit", cls=VerbGroup, examples=("workbench audit verify", "workbench audit show --last 5")
)
def command() -> None:
    """Check or read the log of data openings; prove a store."""


@command.command(
    "verify", cls=Verb, examples=("workbench audit verify", "workbench audit verify --store store")
)
@_LOG
@click.option(
    "--store",
    "place",
    help="Check a challenge store, a folder or a database URL, in place of the log.",
)
@_JSON
def verify(log: Path | None, place: str | None, as_json: bool) -> int:
    """Find out whether the log was touched.

    An altered, removed or reordered line and a cut tail are told by line (exit code 3). Of a
    challenge store every event, row and file is checked: a score that was edited in the database
    is told by submission and column.
    """
    if place is not None:
        return _verify_store(log, place, as_json)
    chain = _open(log)
    count = sum(1 for _ in chain.records())
    return _tell({"log": str(chain.path), "records": count}, chain.verify(), as_json)


@command.command(
    "show", cls=Verb, examples=("workbench audit show", "workbench audit show --last 5 --json")
)
@_LOG
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True, help="How many.")
@_JSON
def show(log: Path | None, last: int, as_json: bool) -> None:
    """Show the last records, unverified."""
    chain = _open(log)
    records = list(chain.records())[-last:]
    if as_json:
        print_json(records)
        return
    print_table([_row(record) for record in records])
    if not records:
        say("The log is empty: no data was opened.")


def _verify_store(log: Path | None, place: str, as_json: bool) -> int:
    """Check a challenge store, print what was found, and return the exit code."""
    from workbench.challenge.store import open_store
    from workbench.challenge.store.verify import verify as verify_store

    if log is not None:
        raise UsageError("--log and --store name two different things", remedy="give one of them")
    with open_store(place, create=False) as store:
        checked = verify_store(store)
        facts = {"store": str(store.place), "records": checked.events, "head": checked.hash}
    return _tell(facts, checked.problems, as_json)


def _tell(facts: dict[str, Any], problems: list[Problem], as_json: bool) -> int:
    """Print what a check found; return the exit code."""
    if as_json:
        print_json({**facts, "problems": [problem.as_dict() for problem in problems]})
    elif problems:
        for problem in problems:
            print(problem.render())
    else:
        print(f"{facts['records']} records, unbroken")
    say(f"Store: {facts['store']}" if "store" in facts else f"Log: {facts['log']}")
    return DataError.exit_code if problems else 0


def _open(log: Path | None) -> AuditLog:
    """Return the log that was named, or the default one."""
    from workbench.audit import AuditLog, heads_folder

    if log is None:
        return AuditLog.default()
    if not log.is_file():
        raise DataError("there is no such log", where=str(log), remedy="check --log")
    return AuditLog(log, heads_folder())


def _row(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a person wants to see of a record; --json has the rest."""
    names = ("seq", "ts", "actor", "action", "object", "version", "purpose")
    return {name: record.get(name) for name in names} | dict(record.get("counts") or {})
