"""From the rows of a data set to cases: features, times, events, and what was left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbench.data import OpenedData
from workbench.learning.cases import Cases

FEATURES = ("age_years", "marker_mg_l")
REASONS = {
    "missing-value": "a feature is missing",
    "time-not-positive": "the event or last contact is not after time zero",
}


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
    """Return the persons whose features are complete and whose time can be used.

    Args:
        opened: The opened data set; persons who objected are not in it.
        limit: Use at most this many persons.
    """
    persons = opened.table("persons").head(limit) if limit else opened.table("persons")
    flow = [{"step": "persons", "kept": len(persons), "excluded": 0, "reason": ""}]
    left_out = []
    rules = {
        "missing-value": persons[list(FEATURES)].isna().any(axis=1),
        "time-not-positive": _not_positive(persons),
    }
    used = persons
    for reason, broken in rules.items():
        out = used[broken.loc[used.index]]
        used = used.drop(index=out.index)
        left_out += [(person, reason, REASONS[reason]) for person in out["person"]]
        flow.append({"step": reason, "kept": len(used), "excluded": len(out), "reason": reason})
    columns = {"person": "person", "time_days": "time", "event": "event"}
    table = used.rename(columns=columns)[[c for c in columns.values() if c in used or c == "time"]]
    table = table.assign(case=used["person"])
    rows = used[list(FEATURES)].to_numpy(dtype=np.float64)
    inputs = dict(zip(table["case"], rows, strict=True))
    cases = Cases(table, inputs, "table", (), FEATURES)
    excluded = pd.DataFrame(left_out, columns=["case", "reason", "message"])
    return Prepared(cases, excluded, flow, cases.table[["case"]])


def _not_positive(persons: pd.DataFrame) -> "pd.Series[bool]":
    """Say whose time cannot be used; without times nobody's (new persons, to be predicted)."""
    if "time_days" not in persons:
        return pd.Series(data=False, index=persons.index)
    return ~(persons["time_days"] > 0)
