"""Warns where what a phase shows, or the seal of a small split, gives hidden labels away."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from workbench.challenge.instruments.oracle import Giveaway, giveaways
from workbench.challenge.instruments.subject import majority_share
from workbench.challenge.pack.findings import Finding, warning
from workbench.scoring import Challenge
from workbench.scoring.answer_kinds import kind_of

_SAFE_BITS = 80  # more tries than anybody makes


def given_away(card: Challenge, labels: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Say for each shown log loss (or Brier score) what a team's budget spells of the labels.

    Args:
        card: The challenge.
        labels: Labels of the splits that are at hand.
    """
    for told in _giveaways(card, labels):
        name = f"labels given away in '{told.phase}'"
        if told.too_much:
            yield Finding(name, "warning", told.text, told.problem, told.as_dict())
        else:
            yield Finding(name, "ok", told.text, None, told.as_dict())


def guessable(card: Challenge, labels: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Warn of hidden splits so small that their labels can be found by trying.

    The seal is public: whoever tries all orders of the labels knows them when the digest is the
    same. How often each label stands there is taken as known, as boards tell counts of classes.

    Args:
        card: The challenge.
        labels: Labels of the splits that are at hand.
    """
    for split in card.data.splits:
        if split.hidden and split.id in labels:
            answer = [column.name for column in kind_of(card).label_columns(card)]
            counts = labels[split.id][answer].value_counts().to_numpy()
            orders = math.lgamma(counts.sum() + 1) - sum(math.lgamma(n + 1) for n in counts)
            if (bits := orders / math.log(2)) < _SAFE_BITS:
                message = (
                    f"{counts.sum()} labels have 2^{bits:.0f} orders: trying them all against the "
                    "seal finds them"
                )
                where, remedy = f"split '{split.id}'", "hold out more cases"
                yield warning(f"seal of '{split.id}'", "seal-guessable", message, where, remedy)


def safe_total(card: Challenge, labels: Mapping[str, pd.DataFrame]) -> int | None:
    """Return how many files a team may send in a phase before its scores give too much away.

    Args:
        card: The challenge.
        labels: Labels of its splits.

    Returns:
        At least one; None where the card's own limits are safe, or nothing that is shown spells
        labels.
    """
    safe = [told.safe_budget or 1 for told in _giveaways(card, labels) if told.too_much]
    return min(safe, default=None)


def _giveaways(card: Challenge, labels: Mapping[str, pd.DataFrame]) -> list[Giveaway]:
    """Return what each phase gives away, with what is known of its split."""
    majority = {name: majority_share(card, table) for name, table in labels.items()}
    cases = {s.id: s.cases for s in card.data.splits if s.cases is not None}
    cases |= {name: len(table) for name, table in labels.items()}
    return giveaways(card, cases, majority)
