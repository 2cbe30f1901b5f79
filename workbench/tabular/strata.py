"""Strata of persons: sex, age band, region. A person is in one stratum of a period.

Age is the year of a period's first day less the year of birth, so that a person does not change
stratum within a period and patients of strata add up to patients of the period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workbench.errors import UsageError, did_you_mean
from workbench.tabular.periods import Period

UNKNOWN = "unknown"
COLUMNS = ("sex", "age", "region")


@dataclass(frozen=True)
class Strata:
    """What persons are grouped by.

    Attributes:
        by: Some of ``sex``, ``age`` and ``region``, in the order of the table's columns.
        age_from: First age of each band, years; the first is 0.
    """

    by: tuple[str, ...] = ()
    age_from: tuple[int, ...] = (0, 20, 60)

    def __post_init__(self) -> None:
        """Refuse what cannot be grouped by.

        Raises:
            UsageError: An unknown column, or bands that do not rise from 0.
        """
        for name in self.by:
            if name not in COLUMNS:
                hint = did_you_mean(name, COLUMNS)
                raise UsageError(f"strata are {list(COLUMNS)}; got '{name}'", remedy=hint)
        if self.age_from[:1] != (0,) or any(b <= a for a, b in pairwise(self.age_from)):
            raise UsageError(f"age bands rise from 0; got {self.age_from}")

    @property
    def bands(self) -> tuple[str, ...]:
        """Names of the age bands, such as ``0-19`` and ``60+``."""
        closed = [f"{low}-{high - 1}" for low, high in pairwise(self.age_from)]
        return (*closed, f"{self.age_from[-1]}+")

    def label(self, table: Any, periods: Sequence[Period]) -> Any:
        """Return the table with its strata as columns of text; what is missing is ``unknown``.

        Args:
            table: Columns ``period`` (name) and those of ``person`` that are grouped by.
            periods: The periods.
        """
        made = {name: table[name].fill_null(UNKNOWN) for name in self.by if name != "age"}
        if "age" in self.by:
            made["age"] = self._band(table, periods)
        return table.mutate(**made) if made else table

    def _band(self, table: Any, periods: Sequence[Period]) -> Any:
        """Return the age band at the first day of the period; before birth is unknown."""
        import ibis

        year = ibis.cases(*[(table.period == p.name, p.first.year) for p in periods])
        age = year - table.birth_year
        # A child born within the period is 0 in it.
        age = ((age < 0) & (table.birth_year <= _last_year(table, periods))).ifelse(0, age)
        named = list(zip(self.age_from, self.bands, strict=True))[::-1]
        return ibis.cases(*[(age >= low, band) for low, band in named], else_=UNKNOWN)


def _last_year(table: Any, periods: Sequence[Period]) -> Any:
    """Return the year each row's period ends in."""
    import ibis

    return ibis.cases(*[(table.period == p.name, p.last.year) for p in periods])
