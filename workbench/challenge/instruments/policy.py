"""What a phase lets an adversary do: how many cases, digits and submissions, and the Ladder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from workbench import metrics
from workbench.challenge.instruments.boards import FULL
from workbench.challenge.instruments.oracle import Giveaway, budget_of, giveaway, giveaways
from workbench.challenge.instruments.subject import subject
from workbench.errors import UsageError
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase


class Policy(NamedTuple):
    """What a public board allows.

    Attributes:
        phase: Id of the phase; empty for none.
        n_cases: Public cases.
        digits: Decimals shown.
        submissions: Budget of one team; None where there is no limit.
        ladder: Whether the Ladder is on.
        giveaways: What the budget gives away by each shown metric.
    """

    phase: str
    n_cases: int
    digits: int
    submissions: int | None
    ladder: bool
    giveaways: tuple[Giveaway, ...] = ()


OPEN_POLICY = Policy("", 4000, FULL, 400, False)
"""A board without any guard: the setting of Blum and Hardt's attack."""


def policy_of(
    card: Challenge, phase_id: str | None = None, labels: Path | None = None, n: int | None = None
) -> Policy:
    """Return what a phase of a challenge allows.

    Args:
        card: The challenge.
        phase_id: One of its phases; where not given, the first that takes files on hidden labels.
        labels: Labels file of the phase's split, or folder of hidden labels.
        n: Number of cases, where neither labels nor card say it.

    Raises:
        UsageError: There is no such phase, nothing says how many cases there are, or the challenge
            does not ask for classes.
    """
    if card.answer.kind != "classes":
        raise UsageError(
            f"adversaries are played against boards of two classes, {card.id} asks for "
            f"{card.answer.kind}",
            remedy="leave --challenge out; `workbench challenge validate` says what a budget gives "
            "away",
        )
    phase = _hidden_phase(card) if phase_id is None else card.phase(phase_id)
    found = subject(card, phase.split, labels)
    n_cases = n or found.n_cases
    if n_cases is None:
        raise UsageError(
            f"nothing says how many cases split '{phase.split}' has",
            remedy="--n N, --labels DIR, or cases: N on the card",
        )
    entry = card.metrics[card.primary]
    majority = {} if found.majority is None else {phase.split: found.majority}
    told = [g for g in giveaways(card, {phase.split: n_cases}, majority) if g.phase == phase.id]
    return Policy(
        phase.id,
        n_cases,
        card.digits_shown(entry, phase),
        budget_of(card.limits_of(phase), phase),
        phase.ladder,
        tuple(told),
    )


def spelled(policy: Policy) -> tuple[Giveaway, ...]:
    """Return what a policy without a card gives away where a log loss is shown."""
    metric = metrics.get("log-loss", ("0", "1"))
    told = giveaway(metric, n_cases=policy.n_cases, digits=policy.digits, budget=policy.submissions)
    return () if told is None else (told,)


def _hidden_phase(card: Challenge) -> Phase:
    """Return the first phase that takes files, on hidden labels if there is one."""
    takes = [phase for phase in card.phases if phase.takes_from is None]
    if not takes:
        raise UsageError(f"{card.id} has no phase", remedy="leave --challenge out")
    return min(takes, key=lambda phase: not card.split(phase.split).hidden)
