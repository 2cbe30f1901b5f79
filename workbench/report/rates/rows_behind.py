"""The rows behind the figures of all sheets: one file a figure, a column says the substance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from workbench import storage
from workbench.report.artefacts import Absent
from workbench.report.ranking.files import csv_text
from workbench.report.rates.release import Release, Rows

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "cases": ("code", "by", "value", "cases", "cases_low", "cases_high"),
    "exposure": (
        "code",
        "measure",
        "period",
        "sex",
        "age",
        "exposed",
        "exposed_low",
        "exposed_high",
    ),
    "comparison": ("code", "class", "ratio", "low", "high"),
    "trend": ("code", "period", "rate", "low", "high"),
    "attrition": ("source", "unit", "step", "kept", "excluded", "reason"),
}


def write_rows(release: Release, folder: Path) -> None:
    """Write the rows of each figure of the sheets and of the attrition chart as CSV.

    Args:
        release: The tables.
        folder: Where to write.
    """
    for name, columns in COLUMNS.items():
        try:
            rows = _SOURCES[name](release)
        except Absent:
            continue
        frame = pd.DataFrame(rows)
        kept = [column for column in columns if column in frame.columns]
        storage.write_text(folder / f"{name}.csv", csv_text(frame[kept]))


def _exposure(release: Release) -> Rows:
    """Return the margins of patients exposed."""
    return [row for group in release.margins.values() for rows in group.values() for row in rows]


def _flat(groups: Mapping[str, Rows]) -> Rows:
    """Return the rows of all substances."""
    return [row for rows in groups.values() for row in rows]


_SOURCES: Mapping[str, Callable[[Release], Rows]] = {
    "cases": lambda release: _flat(release.cases),
    "exposure": _exposure,
    "comparison": lambda release: list(release.classes.values()),
    "trend": lambda release: _flat(release.trend),
    "attrition": lambda release: release.table("flow", "source", "step"),
}
