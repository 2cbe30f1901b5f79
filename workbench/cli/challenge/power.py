"""``workbench challenge power``: what can this test set tell apart?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.store_options import JSON, LABELS_OF_A_SET
from workbench.cli.verbs import Verb

if TYPE_CHECKING:
    from workbench.challenge.instruments.resolution import Resolution


@click.command(
    "power",
    cls=Verb,
    examples=(
        "workbench challenge power --challenge tissue-lesions --accuracy 0.8",
        "workbench challenge power --challenge tissue-lesions --sd 0.3 --n 1527 --teams 100",
    ),
)
@click.option("--challenge", "name", required=True, help="A challenge's name, card or folder.")
@click.option("--split", help="Which cases.  [default: those of the final phase]")
@LABELS_OF_A_SET
@click.option("--metric", help="Label of one of its metrics.  [default: the primary one]")
@click.option(
    "--submission",
    "submissions",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Two files or more whose difference is the measure.",
)
@click.option("--accuracy", type=float, help="Simulate two models of this accuracy instead.")
@click.option("--sd", type=float, help="Or declare the standard deviation of a unit's difference.")
@click.option(
    "--n",
    "n_units",
    type=click.IntRange(min=2),
    help="Units (patients) of the set, if it is planned.",
)
@click.option("--teams", default=20, show_default=True, help="Submissions on the board.")
@click.option(
    "--spread",
    type=float,
    help="Standard deviation of their true scores.  [default: the smallest difference found]",
)
@click.option("--level", default=0.95, show_default=True, help="Confidence level.")
@click.option("--power", default=0.8, show_default=True, help="Chance to find a difference.")
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed.")
@JSON
def command(name: str, as_json: bool, **options: Any) -> None:
    """Say how small a difference a test set can show.

    It is known before anybody submits; also how many will be tied at the top of a board, and how
    much the best of several overstates itself. Without --submission, --accuracy or --sd the card's
    baselines are the measure.
    """
    from workbench.challenge.instruments.planning import plan
    from workbench.scoring import load_challenge

    card = load_challenge(name)
    found = plan(card, **options)
    if as_json:
        print_json({"challenge": card.id, "unit": card.unit} | found.as_dict())
        return
    print_table(_rows(found, card.unit), ("what", "value"))
    say(f"Standard error from: {found.reference}.")
    say(
        f"Boards: {found.draws} simulated, true scores spread by {found.spread:.4f} "
        f"(standard deviation), seed {found.seed}."
    )


def _rows(found: Resolution, unit: str) -> list[dict[str, Any]]:
    """Return the figures as rows."""
    how = f"{found.power:.0%} power, {found.level:.0%} level"
    rows: list[dict[str, Any]] = [
        {"what": f"{unit}s", "value": str(found.n_units)},
        {"what": f"standard error of a difference, {found.metric}", "value": found.standard_error},
        {"what": f"smallest difference found, {how}", "value": found.difference},
        {"what": f"  among all pairs of {found.teams}", "value": found.difference_of_all},
        {"what": f"{unit}s to halve it", "value": str(found.units_to_halve)},
        {
            "what": f"tied at the top, of {found.teams}",
            "value": f"{found.tied:.1f} [{found.tied_low:.0f}, {found.tied_high:.0f}]",
        },
        {"what": "the leader is truly the best", "value": f"{found.leader_is_best:.0%}"},
    ]
    rows += [
        {"what": f"best of {k} equal ones overstates by", "value": gain}
        for k, gain in found.optimism.items()
    ]
    return rows
