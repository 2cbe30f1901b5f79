"""The starting kit: a made-up sample with its answers, and a valid answer to the real cases."""

from __future__ import annotations

import pandas as pd

from workbench.challenge.answer_kinds import hosted
from workbench.challenge.pack.given import Given
from workbench.scoring import Challenge
from workbench.scoring.answer_kinds import kind_of

_CASES_A_UNIT = 2


def sample_labels(given: Given, card: Challenge) -> pd.DataFrame:
    """Return made-up labels with the columns of the real ones, two cases a unit."""
    n = hosted(card).sample_cases(card)
    n += n % 2
    table = pd.DataFrame({given.key: [f"sample-{i + 1:03d}" for i in range(n)]})
    if given.unit != given.key:
        table[given.unit] = [f"sample-unit-{i // _CASES_A_UNIT + 1:03d}" for i in range(n)]
    if given.centre is not None and given.centre not in table:
        table[given.centre] = ["sample-A" if i < n / 2 else "sample-B" for i in range(n)]
    return table.assign(**hosted(card).made_up_labels(n, card))


def sample_submission(labels: pd.DataFrame, card: Challenge) -> pd.DataFrame:
    """Return fair answers to the sample, with mistakes."""
    table = hosted(card).made_up_answers(labels, card)
    table.insert(0, card.key, labels[card.key])
    return table


def uniform_answers(labels: pd.DataFrame, card: Challenge) -> pd.DataFrame:
    """Return the same answer for every case: valid, and it knows nothing."""
    table = pd.DataFrame({card.key: labels[card.key]})
    names = kind_of(card).columns(card)
    values = [round(value, 6) for value in hosted(card).knows_nothing(card)]
    return table.assign(**dict(zip(names, values, strict=True)))
