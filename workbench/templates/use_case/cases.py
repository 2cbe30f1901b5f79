"""From the rows of a data set to cases: features, labels, and what was left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.data import OpenedData
from workbench.learning.cases import Cases

CLASSES = ("no", "yes")
FEATURES = ("age_years", "marker_mg_l")
REASONS = {"missing-value": "a feature is missing"}


@dataclass(frozen=True)
class Prepared:
    """What a run needs of a use case.

    Attributes:
        cases: The cases with their inputs.
        excluded: Cases left out: case, reason, message.
        flow: Steps from the data to the cases: step, kept, excluded, reason.
        slides: Further facts about each case, shown in the report; at least the column case.
        heatmaps: How many cases to draw; 0 where there is nothing to draw.
        speed: Figures of this execution for the report; none here.
        encoder: Facts about the encoder; empty where features need none.
    """

    cases: Cases
    excluded: pd.DataFrame
    flow: list[dict[str, Any]]
    slides: pd.DataFrame
    heatmaps: int = 0
    speed: dict[str, float] = field(default_factory=dict)
    encoder: dict[str, Any] = field(default_factory=dict)

    def encode(self, train: Sequence[str], *, seed: int, folder: Path) -> Cases:
        """Return all cases with features learnt from the training cases alone; here none are."""
        return self.cases

    def encode_with(self, folder: Path) -> Cases:
        """Return all cases with the features of a saved encoder."""
        return self.cases

    def save_encoder(self, source: Path, target: Path) -> None:
        """Keep the encoder with the model; here there is none."""

    def heatmap(self, case: str, scores: np.ndarray) -> dict[str, bytes]:
        """Return PNG images of a case by kind; none here."""
        return {}


def read_cases(opened: OpenedData, limit: int | None = None) -> Prepared:
    """Return the visits whose features are complete.

    Args:
        opened: The opened data set; persons who objected are not in it.
        limit: Use at most this many visits.
    """
    visits = opened.table("visits").head(limit) if limit else opened.table("visits")
    complete = visits[list(FEATURES)].notna().all(axis=1)
    used, left_out = visits[complete], visits[~complete]
    columns = {"visit": "case", "person": "person", "label": "label"}
    table = used.rename(columns=columns)[[c for c in columns.values() if c in used or c == "case"]]
    rows = used[list(FEATURES)].to_numpy(dtype=np.float32)
    inputs = dict(zip(table["case"], rows, strict=True))
    reason = next(iter(REASONS))
    excluded = pd.DataFrame(
        {"case": left_out["visit"], "reason": reason, "message": REASONS[reason]}
    )
    flow = [
        {"step": "visits", "kept": len(visits), "excluded": 0, "reason": ""},
        {"step": "complete", "kept": len(used), "excluded": len(left_out), "reason": reason},
    ]
    cases = Cases(table, inputs, "table", CLASSES, FEATURES)
    return Prepared(cases, excluded.reset_index(drop=True), flow, table[["case"]])
