"""Warns where what a phase shows gives hidden labels away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from workbench.challenge.instruments.oracle import giveaways
from workbench.challenge.pack.findings import Finding
from workbench.scoring import Challenge


def given_away(card: Challenge, labels: Mapping[str, pd.DataFrame]) -> Iterator[Finding]:
    """Say for each shown log loss (or Brier score) what a team's budget spells of the labels.

    Args:
        card: The challenge.
        labels: Labels of the splits that are at hand.
    """
    majority = {name: _majority(table[card.label]) for name, table in labels.items()}
    cases = {s.id: s.cases for s in card.data.splits if s.cases is not None}
    cases |= {name: len(table) for name, table in labels.items()}
    for told in giveaways(card, cases, majority):
        name = f"labels given away in '{told.phase}'"
        if told.too_much:
            yield Finding(name, "warning", told.text, told.problem, told.as_dict())
        else:
            yield Finding(name, "ok", told.text, None, told.as_dict())


def _majority(labels: pd.Series[str]) -> float:
    """Return the share of the most frequent class."""
    return float(labels.value_counts(normalize=True).iloc[0])
