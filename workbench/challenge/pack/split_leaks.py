"""The leak test of a split: its list of cases, and what else is known of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from workbench.challenge.answer_kinds import hosted
from workbench.challenge.pack.findings import Finding, told
from workbench.challenge.pack.leaks import leak_test
from workbench.challenge.pack.metadata import (
    Feature,
    file_features,
    name_features,
    order_features,
    table_features,
)
from workbench.errors import Problem, WorkbenchError
from workbench.scoring import Challenge, case_keys
from workbench.scoring.card_phases import Split


def leak_finding(
    card: Challenge,
    split: Split,
    labels: pd.DataFrame,
    folder: Path | str | None,
    metadata: pd.DataFrame | None = None,
    files: Path | None = None,
) -> Finding:
    """Run the leak test on a split whose labels are at hand, its cases as participants see them."""
    name = f"leak test of '{split.id}'"
    try:
        keys = case_keys(card, split, folder)
        if sorted(keys) != sorted(labels[card.key]):
            return Finding(name, "skipped", "the list of cases and the labels differ")
        ordered = labels.set_index(card.key).loc[keys]
        features = {
            **name_features(keys),
            **order_features(len(keys)),
            **_further(keys, card, metadata, files),
        }
    except WorkbenchError as error:
        return next(told(name, error))
    units = keys if card.unit == card.key else ordered[card.unit].tolist()
    leak = leak_test(features, hosted(card).strata(ordered.reset_index(), card), units)
    if leak.skipped:
        return Finding(name, "skipped", leak.skipped, values=leak.as_dict())
    figures = (
        f"metadata alone reach AUROC {leak.auroc:.3f} [{leak.low:.3f}, {leak.high:.3f}]; the most "
        f"telling is {leak.feature}: {leak.feature_auroc:.3f} "
        f"[{leak.feature_low:.3f}, {leak.feature_high:.3f}]"
    )
    if not leak.found:
        return Finding(name, "ok", figures, values=leak.as_dict())
    remedy = "shuffle the rows, rename the files or strip the header field before opening"
    found = Problem("metadata-leak", figures, f"split '{split.id}'", remedy)
    return Finding(name, "warning", figures, found, leak.as_dict())


def _further(
    keys: Sequence[str], card: Challenge, metadata: pd.DataFrame | None, files: Path | None
) -> Mapping[str, Feature]:
    """Return the features of given metadata and files."""
    found: dict[str, Feature] = {}
    if metadata is not None:
        found |= table_features(metadata, keys, card.key)
    if files is not None:
        found |= file_features(files, keys)
    return found
