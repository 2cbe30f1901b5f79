"""``workbench challenge simulate``: how much can this board lie?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.output import print_json, print_table, say
from workbench.cli.store_options import JSON, LABELS_OF_A_SET
from workbench.cli.verbs import Verb

if TYPE_CHECKING:
    from workbench.challenge.instruments.field import FieldReport
    from workbench.challenge.instruments.policy import Policy
    from workbench.challenge.instruments.simulation import Lie

_MANY = click.IntRange(min=2)


@click.command(
    "simulate",
    cls=Verb,
    examples=(
        "workbench challenge simulate --teams 100 --adversary boosting",
        "workbench challenge simulate --adversary log-loss-oracle --digits 3 --submissions 100",
        "workbench challenge simulate --challenge tissue-lesions --adversary random",
    ),
)
@click.option(
    "--adversary",
    "adversaries",
    multiple=True,
    type=click.Choice(["boosting", "climbing", "constant", "random", "log-loss-oracle"]),
    help="Who climbs the board without a model.  [default: boosting]",
)
@click.option(
    "--ladder/--no-ladder", default=None, help="With or without the Ladder.  [default: both]"
)
@click.option("--challenge", "name", help="Take cases, digits and budget from this challenge.")
@click.option("--phase", help="One of its phases.  [default: the first on hidden labels]")
@LABELS_OF_A_SET
@click.option("--n", "n_cases", type=click.IntRange(min=2), help="Public cases.  [default: 4000]")
@click.option(
    "--submissions", type=click.IntRange(min=1), help="Budget of the adversary.  [default: 400]"
)
@click.option("--digits", type=click.IntRange(0, 12), help="Decimals shown.  [default: 12]")
@click.option(
    "--teams", default=100, show_default=True, type=_MANY, help="Teams of the honest field."
)
@click.option(
    "--entries",
    default=5,
    show_default=True,
    type=click.IntRange(min=1),
    help="Submissions of each team.",
)
@click.option("--accuracy", default=0.8, show_default=True, help="Their mean true accuracy.")
@click.option("--spread", default=0.01, show_default=True, help="Its standard deviation.")
@click.option(
    "--runs", default=10, show_default=True, type=_MANY, help="How often all is simulated."
)
@click.option("--seed", default=0, show_default=True, type=click.IntRange(min=0), help="Seed.")
@JSON
def command(
    adversaries: Sequence[str],
    ladder: bool | None,
    name: str | None,
    phase: str | None,
    labels: Path | None,
    n_cases: int | None,
    submissions: int | None,
    digits: int | None,
    runs: int,
    seed: int,
    as_json: bool,
    **field: Any,
) -> None:
    """Say how much a public board lies, with and without the Ladder.

    An adversary without a model climbs a board of simulated, balanced labels; beside it, an honest
    field of teams chooses by its public scores. 'climbing' shows what the Ladder lets through.
    """
    from workbench.challenge.instruments.field import simulate_fields
    from workbench.challenge.instruments.policy import OPEN_POLICY, policy_of, spelled
    from workbench.challenge.instruments.simulation import simulate_attack
    from workbench.scoring import load_challenge

    policy = OPEN_POLICY
    if name is not None:
        policy = policy_of(load_challenge(name), phase, labels, n_cases)
    budget = submissions or policy.submissions or OPEN_POLICY.submissions or 0
    policy = policy._replace(
        n_cases=n_cases or policy.n_cases,
        digits=policy.digits if digits is None else digits,
        submissions=budget,
    )
    if name is None and "log-loss-oracle" in adversaries:
        policy = policy._replace(giveaways=spelled(policy))
    boards = [False, True] if ladder is None else [ladder]
    shared: dict[str, Any] = {"n_cases": policy.n_cases, "digits": policy.digits}
    shared |= {"runs": runs, "seed": seed}
    lies = [
        simulate_attack(adversary, ladder=on, submissions=budget, **shared)
        for adversary in adversaries or ("boosting",)
        for on in boards
    ]
    fields = [simulate_fields(ladder=on, **shared, **field) for on in boards]
    if as_json:
        print_json(_document(policy, lies, fields, seed))
    else:
        _print(policy, lies, fields, seed)


def _print(policy: Policy, lies: list[Lie], fields: list[FieldReport], seed: int) -> None:
    """Print both tables."""
    print_table([_attack_row(lie) for lie in lies])
    print()
    print_table([_field_row(field) for field in fields])
    say(
        f"\n{policy.n_cases} public and as many private cases, {policy.submissions} submissions, "
        f"{policy.digits} digits shown, {lies[0].runs} runs, seed {seed}; [95% range of the runs]."
    )
    for told in policy.giveaways:
        say(f"{'Warning: ' if told.too_much else ''}{told.text}.")


def _attack_row(lie: Lie) -> dict[str, Any]:
    """Return an adversary's row."""
    row = {
        "adversary": lie.adversary,
        "ladder": "on" if lie.ladder else "off",
        "apparent": f"{lie.shown:.4f}",
        "private": f"{lie.private:.4f}",
        "gain over chance": f"{lie.gain:+.4f} [{lie.gain_low:+.4f}, {lie.gain_high:+.4f}]",
        "labels read": f"{lie.recovered:.1%}",
    }
    counts = "" if lie.counts_off is None else f"off by {lie.counts_off:.1f}"
    return row | {"class counts": counts}


def _field_row(field: FieldReport) -> dict[str, Any]:
    """Return the honest field's row."""
    gap = field.winner_public - field.winner_private
    return {
        "honest field": f"{field.teams} teams x {field.entries}",
        "ladder": "on" if field.ladder else "off",
        "leader, public": f"{field.winner_public:.4f}",
        "private": f"{field.winner_private:.4f}",
        "too high by": f"{gap:+.4f} [{field.winner_low:+.4f}, {field.winner_high:+.4f}]",
        "all teams": f"{field.optimism:+.4f}",
        "tau": f"{field.tau:.2f}",
        "same winner": f"{field.same_winner:.0%}",
    }


def _document(
    policy: Policy, lies: list[Lie], fields: list[FieldReport], seed: int
) -> dict[str, Any]:
    """Return all of it as JSON values."""
    return {
        "policy": policy._asdict() | {"giveaways": [g.as_dict() for g in policy.giveaways]},
        "seed": seed,
        "adversaries": [lie.as_dict() for lie in lies],
        "honest_field": [field.as_dict() for field in fields],
    }
