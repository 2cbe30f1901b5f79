"""One case of a run of classes, as the sections see it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One case with what is known and what was answered.

    Attributes:
        case: Its id.
        person: Whose it is; used to count, never shown.
        label: True class, empty when unknown.
        decided: Class the answer amounts to under the challenge's costs.
        probabilities: One per class, in class order.
        facts: The case's row of ``cases.csv``.
    """

    case: str
    person: str
    label: str
    decided: str
    probabilities: tuple[float, ...]
    facts: dict[str, str]

    @property
    def right(self) -> bool:
        """Whether the decided class is the true one."""
        return self.label == self.decided


def class_columns(columns: list[str], classes: list[str]) -> list[str]:
    """Return the columns that hold class probabilities, in class order."""
    for names in ([f"p_{name}" for name in classes], classes):
        if names and all(name in columns for name in names):
            return names
    marked = [column for column in columns if column.startswith("p_")]
    others = ("person", "label", "fold", "repeat", "seed", "decision", "decided")
    return marked or [column for column in columns if column not in others]
