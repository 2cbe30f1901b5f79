"""``workbench show``: everything about one thing."""

from __future__ import annotations

from typing import Any

import click

from workbench import registry
from workbench.cli.output import print_json, say
from workbench.cli.verbs import Verb
from workbench.errors import UsageError, did_you_mean

KINDS: dict[str, registry.Kind] = {
    "use-case": "use_case",
    "model": "model",
    "challenge": "challenge",
}


@click.command(
    "show",
    cls=Verb,
    examples=(
        "workbench show model attention_mil",
        "workbench show challenge tissue-lesions",
        "workbench show config train",
    ),
)
@click.argument("kind", type=click.Choice([*KINDS, "config"]))
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(kind: str, name: str, as_json: bool) -> None:
    """Show a card with its settings, or a configuration.

    KIND is use-case, model, challenge or config. A configuration is GROUP/OPTION, or train for all
    settings of a run with their defaults.
    """
    import yaml

    value = _config(name) if kind == "config" else _card(KINDS[kind], name)
    if as_json:
        print_json(value)
    else:
        print(yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=100).rstrip())


def _card(kind: registry.Kind, name: str) -> dict[str, Any]:
    """Return a card, completed by the settings of the content and their defaults."""
    from omegaconf import OmegaConf

    entry = registry.get(kind, name)
    say(f"# {entry.card_path}")
    shown = dict(entry.card)
    if "params" in entry.card:
        settings = OmegaConf.structured(registry.load(kind, name, "params"))
        shown["params"] = OmegaConf.to_container(settings)
    return shown


def _config(name: str) -> Any:
    """Return the content of an option file, or all settings of a run."""
    import yaml
    from omegaconf import OmegaConf

    from workbench.config import compose
    from workbench.config.options import all_options

    if name == "train":
        return OmegaConf.to_container(compose([]))
    files = {
        f"{group}/{o}": path for group, found in all_options().items() for o, path in found.items()
    }
    if name not in files:
        hint = did_you_mean(name, files) or "name it GROUP/OPTION"
        raise UsageError(f"no configuration '{name}'; {hint}", remedy="workbench list configs")
    say(f"# {files[name]}")
    return yaml.safe_load(files[name].read_text(encoding="utf-8"))
