"""Which cases of a challenge an instrument is about, and what is known of them."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from workbench.challenge.answer_kinds import hosted
from workbench.errors import UsageError
from workbench.scoring import Challenge, load_truth, split_labels
from workbench.scoring.card import SAMPLE


class Subject(NamedTuple):
    """The cases of a split.

    Attributes:
        split: Id of the split.
        labels: Its labels, where they are at hand.
        n_cases: Number of cases; None where not known.
        n_units: Number of units; None where not known.
        majority: Share of the most frequent class; None where not known.
    """

    split: str
    labels: pd.DataFrame | None
    n_cases: int | None
    n_units: int | None
    majority: float | None


def subject(card: Challenge, split_id: str | None = None, labels: Path | None = None) -> Subject:
    """Return the cases an instrument is about.

    Args:
        card: The challenge.
        split_id: One of its splits; that of the final phase where not given, else that of the first
            phase, else the starting kit's sample.
        labels: A labels file, or the folder of hidden labels. A public split needs none.

    Raises:
        UsageError: There is no such split.
        DataError: The labels are broken, or not those that were sealed.
    """
    if split_id is None:
        ordered = sorted(card.phases, key=lambda phase: not phase.final)
        split_id = ordered[0].split if ordered else SAMPLE
    split = card.split(split_id)
    table: pd.DataFrame | None = None
    if labels is not None and labels.is_file():
        table = load_truth(labels, card)
    elif labels is not None or not split.hidden:
        table = split_labels(card, split, labels)
    if table is None:
        return Subject(split_id, None, split.cases, split.units, None)
    majority = majority_share(card, table)
    return Subject(split_id, table, len(table), table[card.unit].nunique(), majority)


def majority_share(card: Challenge, labels: pd.DataFrame) -> float:
    """Return the share of the most frequent class: of survival, of events or of censored cases."""
    strata = pd.Series(hosted(card).strata(labels, card))
    return float(strata.value_counts(normalize=True).iloc[0])


def needed_labels(found: Subject, remedy: str) -> pd.DataFrame:
    """Return the labels, or say that they are needed.

    Raises:
        UsageError: They are not at hand.
    """
    if found.labels is None:
        raise UsageError(
            f"the labels of split '{found.split}' are hidden and not at hand",
            remedy=f"give them with --labels, or {remedy}",
        )
    return found.labels
