"""``workbench emulate``: a target trial on observed data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.output import print_json, print_table, results_only, say
from workbench.cli.verbs import Verb
from workbench.errors import DataError, UsageError

if TYPE_CHECKING:
    from workbench.runs import EmulationResult


@click.command(
    "emulate",
    cls=Verb,
    examples=(
        "workbench emulate adjuvant.yaml --data data/sarcoma --out emulated",
        "workbench emulate adjuvant.yaml --data data/sarcoma --out emulated --tracking none --json",
    ),
)
@click.argument("protocol", type=click.Path(path_type=Path))
@click.option("--data", required=True, help="A data card of a registry linked with claims.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option("--override", metavar="REASON", help="Show an effect behind a closed gate; logged.")
@click.option("--who", metavar="NAME", help="Who answers for --override.")
@click.option(
    "--tracking",
    type=click.Choice(["mlflow", "jsonl", "none"]),
    default="mlflow",
    show_default=True,
    help="Where the emulation is recorded; mlflow in runs/mlflow.db.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    protocol: Path,
    data: str,
    out: Path,
    override: str | None,
    who: str | None,
    tracking: str,
    as_json: bool,
) -> int:
    """Emulate a target trial, with every estimator side by side.

    PROTOCOL is the YAML of a target trial. The naive comparison is shown as the wrong answer. Where
    the strategies cannot be made alike no effect is given, and the exit code is 3. Killed and
    started again with the same words, it goes on where it stopped.
    """
    settings = {"backend": tracking, "uri": "sqlite:///runs/mlflow.db", "experiment": "emulations"}
    opened_by = _override(override, who)
    from workbench import runs

    with results_only():
        result = runs.emulate_trial(protocol, data, out, override=opened_by, tracking=settings)
    if as_json:
        print_json(result.as_dict())
    else:
        _print(result)
    return 0 if result.open else DataError.exit_code


def _override(reason: str | None, who: str | None) -> Any:
    """Return the override that was asked for, None where none was."""
    if reason is None and who is None:
        return None
    from workbench.methods.causal.gate import Override

    if reason is None or who is None:
        raise UsageError(
            "an override of the gate needs a reason and a name",
            where="--override" if reason is None else "--who",
            remedy='--override "why the effect is shown all the same" --who "who answers for it"',
        )
    return Override(who, reason)


def _print(result: EmulationResult) -> None:
    """Print every estimate that is given, and where everything lies."""
    main = result.gate["main"]
    rows = [
        {
            "estimator": one["estimator"] + (" (main)" if one["main"] else ""),
            "effect": one["estimand"],
            "value": one["value"],
            "low": one["low"],
            "high": one["high"],
            "read as": "wrong answer" if one["estimator"] == "naive" else "",
        }
        for one in result.estimates
    ]
    gates = result.gate["gates"]
    for name, gate in gates.items():
        if gate["refused"]:
            why = "; ".join(f"{p['message']} [{p['code']}]" for p in gate["problems"])
            rows.append({"estimator": name, "effect": "refused", "read as": why})
    if rows:
        print_table(rows)
    print(f"\nemulation  {result.folder}")
    print(f"report     {result.folder / 'report.html'}, {result.folder / 'rapport.html'}")
    if result.reused:
        say("This emulation was done before; its result was read back.")
    gate = gates[main]
    if gate["problems"]:
        say("\nThe gate failed" + (":" if gate["override"] else ", no effect is given:"))
        for problem in gate["problems"]:
            say(f"  {problem['where']}: {problem['message']}")
    if not result.open:
        say('Next: mend the protocol, or --override "REASON" --who "NAME" with another --out')
