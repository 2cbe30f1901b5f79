"""The cases of a survival run: what was seen of each, its risk and its predicted curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.methods.survival.risk_groups import risk_groups
from workbench.metrics.survival.curves import curve_column
from workbench.report.artefacts import Absent, Artefacts, Row

TOLD = {"1": "event", "1.0": "event", "True": "event", "0": "censored", "0.0": "censored"} | {
    "False": "censored"
}
"""What the column ``event`` says, in words."""


@dataclass(frozen=True, eq=False)
class Followed:
    """Predicted cases whose outcome is known, in the order of their ids.

    Attributes:
        cases: Ids.
        persons: Whose they are; used to count, never shown.
        time: Of the event or of the last contact, ``(n,)``.
        event: Whether the event was seen, ``(n,)``.
        risk: Higher is earlier, ``(n,)``.
        axis: Name of the time in the labels, which says its unit.
        times: Times of the curves, rising, in the unit of ``time``.
        curves: Predicted survival at these times, ``(n, K)``.
        facts: Rows of ``cases.csv``.
    """

    cases: list[str]
    persons: list[str]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    risk: NDArray[np.float64]
    axis: str
    times: tuple[float, ...]
    curves: NDArray[np.float64]
    facts: list[Row]

    @property
    def truth(self) -> NDArray[np.float64]:
        """Time and event, ``(n, 2)``."""
        return np.column_stack([self.time, self.event])

    @cached_property
    def groups(self) -> tuple[NDArray[np.int64], tuple[str, ...]]:
        """Number of each case's group of predicted risk in its fold, and the groups' names."""
        return risk_groups(self.risk, [row.get("fold", "") for row in self.facts])


def read_followed(
    artefacts: Artefacts, key: str, columns: tuple[str, str], times: Sequence[float]
) -> Followed:
    """Read predictions and outcomes of a survival run.

    Args:
        artefacts: Of the run.
        key: Key column of predictions and truth.
        columns: Columns of ``truth.csv`` with time and event.
        times: Of the curves.

    Raises:
        Absent: An artefact is missing or odd, or no predicted case has an outcome.
    """
    curve = [curve_column(time) for time in times]
    found = {str(r[key]): r for r in artefacts.frame("predictions.parquet", key, "risk", *curve)}
    truth = {row[key]: row for row in artefacts.rows("truth.csv", key, *columns)}
    facts = {row["case"]: row for row in artefacts.rows("cases.csv", "case", "person")}
    known = sorted(found.keys() & truth.keys())
    if not known:
        raise Absent("no predicted case has a known outcome in truth.csv")
    answered = ["risk", *curve]
    rows = [
        [*(truth[c][name] for name in columns), *(found[c][name] for name in answered)]
        for c in known
    ]
    try:
        numbers = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise Absent(f"predictions.parquet and truth.csv hold no numbers ({error})") from error
    own = [facts.get(case, {}) for case in known]
    return Followed(
        known,
        [row.get("person", "") for row in own],
        numbers[:, 0],
        numbers[:, 1] == 1,
        numbers[:, 2],
        columns[0],
        tuple(times),
        numbers[:, 3:],
        own,
    )
