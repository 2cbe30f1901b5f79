"""``workbench validate``: is a configuration, a data card or a challenge card right?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench.cli.completion import complete_override
from workbench.cli.output import print_json, print_table, results_only, say
from workbench.cli.verbs import Verb
from workbench.errors import DataError, UsageError


@click.command(
    "validate",
    cls=Verb,
    examples=(
        "workbench validate use_case=pathology_slides model=attention_mil",
        "workbench validate experiment=demo debug=quick --json",
        "workbench validate challenges/tissue_lesions/challenge.yaml",
    ),
)
@click.argument("what", nargs=-1, metavar="[KEY=VALUE]... | CARD", shell_complete=complete_override)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(what: tuple[str, ...], as_json: bool) -> None:
    """Check a configuration, a data card or a challenge card.

    Every problem is told at once.

    KEY=VALUE: composed as for workbench train; names, types, ranges, targets and the content's code
    are checked. CARD: a data card or its folder (files against the manifest, tables against their
    fields), or a challenge.yaml.
    """
    with results_only():
        found = _card(Path(what[0])) if _is_card(what) else _configuration(what)
    if as_json:
        print_json(found)
    else:
        print_table([{"checked": name, "found": value} for name, value in found.items()])
    say("No problem found.")


def _is_card(what: tuple[str, ...]) -> bool:
    """Say whether a path was given and not settings."""
    paths = [word for word in what if "=" not in word and not word.startswith(("+", "~"))]
    if paths and len(what) > 1:
        raise UsageError("give either settings or one card", where="workbench validate")
    return bool(paths)


def _configuration(overrides: tuple[str, ...]) -> dict[str, Any]:
    """Check a configuration and import the content it names."""
    from workbench import registry
    from workbench.config import compose, digest

    config = compose(overrides)
    registry.load("use_case", config.use_case.name)
    for model in (config.model.name, *config.baselines):
        registry.load("model", model)
    return {
        "use_case": str(config.use_case.name),
        "model": str(config.model.name),
        "baselines": list(config.baselines),
        "challenge": _challenge(config.challenge.name)["challenge"],
        "config_digest": digest(config),
    }


def _card(path: Path) -> dict[str, Any]:
    """Check a card by its kind."""
    if not path.exists():
        raise DataError(
            "there is no such file or folder",
            where=str(path),
            remedy="give KEY=VALUE settings, a data card or a challenge.yaml",
        )
    inner = path / "challenge.yaml"
    if path.name == "challenge.yaml" or inner.is_file():
        return _challenge(inner if inner.is_file() else path)
    from workbench import data

    opened = data.open(path, "validate")
    return {
        "data": f"{opened.card.name} {opened.card.version}",
        "tables": {table.name: len(opened.table(table.name)) for table in opened.card.tables},
        "files": len(opened.manifest()),
        "opted_out": opened.opted_out,
        "data_digest": opened.digest,
    }


def _challenge(which: str | Path) -> dict[str, Any]:
    """Check a challenge as ``workbench challenge validate`` does, without hidden labels."""
    from workbench.challenge.pack import check_pack

    report = check_pack(which)
    report.raise_problems()
    found = {"challenge": f"{report.challenge} {report.version}"}
    return found | {finding.check: finding.detail for finding in report.findings}
