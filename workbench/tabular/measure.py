"""An exposure and the name of its measure: measures stand side by side and are never mixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

import pandas as pd

from workbench.errors import UsageError

# Column of each measure -> what one unit of it is.
MEASURES = {
    "exposed_patients": "distinct persons with a dispensing in the period",
    "annual_mean_patients": "distinct persons a calendar year, mean over the years",
    "new_users": "distinct persons who start in the period after a washout under cover",
    "person_years": "years on treatment, persons added up",
    "ddd": "defined daily doses dispensed",
    "boxes": "boxes dispensed",
}


@dataclass(frozen=True, eq=False)
class Exposure:
    """One measure of exposure by code, period and stratum.

    Attributes:
        measure: One of ``MEASURES``: also the name of the column that holds it.
        grain: What ``code`` is.
        groups: Columns that name a cell: ``code``, ``period`` and strata.
        table: One row a cell in which anything is seen, sorted by ``groups``.
        settings: All that the numbers depend on (washout, gap, ...).
        several: Packs counted under more than one code; sums over codes then exceed the total.
    """

    measure: str
    grain: str
    groups: tuple[str, ...]
    table: pd.DataFrame
    settings: dict[str, Any] = field(default_factory=dict)
    several: int = 0

    @property
    def unit(self) -> str:
        """What one unit of the measure is."""
        return MEASURES[self.measure]


def exposure(
    measure: str,
    grain: str,
    groups: Sequence[str],
    table: pd.DataFrame,
    settings: dict[str, Any],
    several: int,
) -> Exposure:
    """Return an exposure with its rows in order."""
    names = list(groups)
    rows = table.sort_values(names, kind="stable", na_position="last").reset_index(drop=True)
    first = [*names, measure]
    rows = rows[[*first, *(column for column in rows.columns if column not in first)]]
    return Exposure(measure, grain, tuple(names), rows, settings, several)


def side_by_side(exposures: Sequence[Exposure]) -> pd.DataFrame:
    """Return several measures of the same cells in one table, each in its own column.

    A cell that a measure does not have is missing there, not 0.

    Raises:
        UsageError: Grain or groups differ, or a measure stands twice.
    """
    if not exposures:
        raise UsageError("no exposure is given")
    kinds = {(e.grain, e.groups) for e in exposures}
    if len(kinds) > 1:
        raise UsageError(f"exposures of different cells do not stand side by side: {sorted(kinds)}")
    names = [e.measure for e in exposures]
    if len(set(names)) < len(names):
        raise UsageError(f"a measure stands twice: {names}")
    groups = list(exposures[0].groups)
    tables = [e.table[[*groups, e.measure]] for e in exposures]
    return reduce(lambda a, b: a.merge(b, on=groups, how="outer", validate="1:1"), tables)
