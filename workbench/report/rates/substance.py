"""The substances of a release, each with a file name of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench import storage


@dataclass(frozen=True)
class Substance:
    """One substance of the list.

    Attributes:
        code: Its code in the tables.
        label: Its name.
        group: Code of its comparison class.
        group_label: Name of the class.
        file: Name of its sheet, without language and ending.
        first_dispensed: Year and month, empty where unknown.
        first_report: Year and month, empty where unknown.
    """

    code: str
    label: str
    group: str
    group_label: str
    file: str
    first_dispensed: str = ""
    first_report: str = ""


def substances(rows: Iterable[Mapping[str, Any]]) -> list[Substance]:
    """Return the substances of the rows of ``substances.csv``, by class and name."""
    taken: set[str] = set()
    found = [_substance(row, taken) for row in rows]
    return sorted(found, key=lambda one: (one.group_label, one.label, one.code))


def _substance(row: Mapping[str, Any], taken: set[str]) -> Substance:
    """Return a row of the list with a file name nobody else has."""
    name = storage.file_name(row["code"])
    file, turn = name, 1
    while file.lower() in taken:
        turn += 1
        file = f"{name}-{turn}"
    taken.add(file.lower())
    return Substance(
        code=row["code"],
        label=row["label"] or row["code"],
        group=row["class"],
        group_label=row["class_label"] or row["class"] or "–",
        file=file,
        first_dispensed=row.get("first_dispensed") or "",
        first_report=row.get("first_report") or "",
    )
