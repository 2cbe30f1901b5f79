"""What an organiser says about a labels file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from workbench.errors import UsageError, did_you_mean


@dataclass(frozen=True)
class Question:
    """What the organiser says about his file; what is None is looked for.

    Attributes:
        key: Column of the cases.
        label: Column of the classes; None also where the classes are one-hot columns.
        unit: Column of the units; with a pattern the name it gets.
        unit_pattern: Regular expression that finds the unit in the key.
        centre: Column of the centres; with a pattern the name it gets.
        centre_pattern: Regular expression that finds the centre in the key.
        classes: Class names from harmless to grave; for one-hot columns in their order.
        answer: What is asked for where it is no class, as ``answer`` of a card.
    """

    key: str | None = None
    label: str | None = None
    unit: str | None = None
    unit_pattern: str | None = None
    centre: str | None = None
    centre_pattern: str | None = None
    classes: tuple[str, ...] = ()
    answer: Mapping[str, Any] | None = None


def check_column(column: str, names: Iterable[object], option: str) -> None:
    """Check that a named column is there.

    Raises:
        UsageError: It is not; close names are suggested.
    """
    header = [str(name) for name in names]
    if column not in header:
        hint = did_you_mean(column, header) or f"found: {', '.join(header)}"
        raise UsageError(f"{option}: there is no column '{column}'; {hint}")
