"""``workbench list``: what there is."""

from __future__ import annotations

from typing import Any

import click

from workbench import registry
from workbench.cli.output import print_json, print_table, say
from workbench.cli.verbs import Verb

KINDS: dict[str, registry.Kind] = {
    "use-cases": "use_case",
    "models": "model",
    "challenges": "challenge",
}


@click.command(
    "list",
    cls=Verb,
    examples=("workbench list", "workbench list models --roots", "workbench list configs --json"),
)
@click.argument("kind", required=False, type=click.Choice([*KINDS, "configs"]))
@click.option("--roots", is_flag=True, help="Say which folder each comes from.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(kind: str | None, roots: bool, as_json: bool) -> None:
    """List use cases, models, challenges, or configuration options.

    KIND is use-cases, models, challenges or configs; the first three when left out.
    """
    rows = _options(roots) if kind == "configs" else _content(kind, roots)
    if as_json:
        print_json(rows)
        return
    print_table(rows)
    if not rows:
        say(f"There are no {kind or 'use cases, models or challenges'}.")


def _content(kind: str | None, roots: bool) -> list[dict[str, Any]]:
    """Return one row for each piece of content."""
    kinds = [KINDS[kind]] if kind else list(KINDS.values())
    return [
        {"kind": one, "name": entry.name, "title": entry.title}
        | ({"root": str(entry.root)} if roots else {})
        for one in kinds
        for entry in registry.entries(one).values()
    ]


def _options(roots: bool) -> list[dict[str, Any]]:
    """Return one row for each option of each configuration group."""
    from workbench.config.options import all_options, purpose

    return [
        {"group": group, "option": name, "purpose": purpose(path)}
        | ({"file": str(path)} if roots else {})
        for group, found in all_options().items()
        for name, path in found.items()
    ]
