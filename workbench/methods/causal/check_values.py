"""Checks of sizes and grades: units that were mixed up, and values nobody recorded."""

from __future__ import annotations

import pandas as pd

from workbench.data.findings import Finding, rows_of
from workbench.errors import Problem

MEDIAN_MM = (15.0, 300.0)
SUSPECT_MM = 15.0  # a smaller sarcoma is rare; a size in cm is nearly always smaller
MIXED_SHARE, MIXED_LEAST = 0.05, 3
MOST_GRADES_MISSING = 0.20


def check_sizes(rows: pd.DataFrame, column: str, name: str, person: str) -> list[Finding]:
    """Find sizes in centimetres where millimetres are expected, in all rows or in some.

    Args:
        rows: The table.
        column: Column with sizes in mm.
        name: Name of the table.
        person: Column with the person.
    """
    sizes = rows[column].dropna()
    if not len(sizes):
        return []
    median = float(sizes.median())
    if not MEDIAN_MM[0] <= median <= MEDIAN_MM[1]:
        problem = Problem(
            "size-unit",
            f"the median size is {median:g} mm, expected {MEDIAN_MM[0]:g} to {MEDIAN_MM[1]:g}: "
            f"these look like {'centimetres' if median < MEDIAN_MM[0] else 'tenths of mm'}",
            f"{name}, column {column}",
            "write sizes in millimetres",
        )
        # Every rule and every coefficient of size would be wrong by a factor of ten.
        return [Finding("error", problem)]
    small = rows[(rows[column] < SUSPECT_MM).fillna(False).to_numpy(dtype=bool)]
    if len(small) < max(MIXED_LEAST, MIXED_SHARE * len(sizes)):
        return []
    messages = [f"size is {size:g} mm while the median is {median:g}" for size in small[column]]
    remedy = "these rows look like centimetres among millimetres: write all in millimetres"
    return rows_of("warning", "unit-mix", name, small, messages, remedy, person)


def check_grades(grades: pd.Series, name: str) -> list[Finding]:
    """Find that too many grades are missing."""
    missing = float(grades.isna().mean()) if len(grades) else 0.0
    if missing <= MOST_GRADES_MISSING:
        return []
    problem = Problem(
        "grade-missing",
        f"{missing:.0%} of grades are missing, expected at most {MOST_GRADES_MISSING:.0%}",
        f"{name}, column fnclcc_grade",
        "ask pathology for them; grade decides on treatment and on prognosis",
    )
    return [Finding("warning", problem)]
