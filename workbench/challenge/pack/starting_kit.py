"""The starting kit: a made-up sample with its answers, and a valid answer to the real cases."""

from __future__ import annotations

import pandas as pd

from workbench.challenge.pack.given import Given

_CASES, _CASES_A_UNIT = 24, 2
_SURE = 0.6


def sample_labels(given: Given) -> pd.DataFrame:
    """Return made-up labels with the columns of the real ones: every class, two cases a unit."""
    n = max(_CASES, 2 * len(given.classes))
    n += n % 2
    table = pd.DataFrame({given.key: [f"sample-{i + 1:03d}" for i in range(n)]})
    if given.unit != given.key:
        table[given.unit] = [f"sample-unit-{i // _CASES_A_UNIT + 1:03d}" for i in range(n)]
    if given.centre is not None and given.centre not in table:
        table[given.centre] = ["sample-A" if i < n / 2 else "sample-B" for i in range(n)]
    table[given.label] = [given.classes[i % len(given.classes)] for i in range(n)]
    return table


def sample_submission(labels: pd.DataFrame, given: Given) -> pd.DataFrame:
    """Return probabilities for the sample, right but for every fifth case."""
    places = [given.classes.index(label) for label in labels[given.label]]
    chosen = [(p + (i % 5 == 4)) % len(given.classes) for i, p in enumerate(places)]
    rest = (1 - _SURE) / (len(given.classes) - 1)
    table = pd.DataFrame({given.key: labels[given.key]})
    for place, name in enumerate(given.classes):
        table[name] = [round(_SURE if place == c else rest, 6) for c in chosen]
    return table


def uniform_answers(labels: pd.DataFrame, given: Given) -> pd.DataFrame:
    """Return the same probability for every class and case: valid, and it knows nothing."""
    table = pd.DataFrame({given.key: labels[given.key]})
    for name in given.classes:
        table[name] = round(1 / len(given.classes), 6)
    return table
