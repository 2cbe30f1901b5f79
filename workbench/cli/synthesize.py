"""``workbench synthesize``: a data set with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench.cli.output import print_json, results_only, say
from workbench.cli.verbs import Verb
from workbench.errors import UsageError


@click.command(
    "synthesize",
    cls=Verb,
    examples=(
        "workbench synthesize pathology_slides --out data/slides n_slides=8 slide_px=2048",
        "workbench synthesize pathology_slides --out data/other --seed 7 n_slides=8 --json",
    ),
)
@click.argument("use_case")
@click.argument("params", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write.")
@click.option(
    "--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Random seed."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(use_case: str, params: tuple[str, ...], out: Path, seed: int, as_json: bool) -> None:
    """Write a synthetic data set with known truth.

    KEY=VALUE are settings of the use case: workbench show use-case NAME lists them. The same seed
    and settings give the same bytes. Prints the path of the data card.
    """
    from workbench.runs import synthesize

    with results_only():
        card = synthesize(use_case, out, seed, settings(params))
    if as_json:
        print_json({"card": str(card)})
        return
    print(card)
    say(f"Next: workbench train use_case={use_case} use_case.source={out}")


def settings(params: tuple[str, ...]) -> dict[str, Any]:
    """Return ``key=value`` words as nested settings.

    >>> settings(("slides=4", "tiles.mpp=0.5"))
    {'slides': 4, 'tiles': {'mpp': 0.5}}

    Raises:
        UsageError: A word is not of that form.
    """
    from omegaconf import OmegaConf

    wrong = [word for word in params if "=" not in word[1:]]
    if wrong:
        raise UsageError(f"a setting is key=value, not {', '.join(map(repr, wrong))}")
    found = OmegaConf.to_container(OmegaConf.from_dotlist(list(params)))
    return {str(key): value for key, value in found.items()} if isinstance(found, dict) else {}
