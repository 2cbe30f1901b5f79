"""A substance as its sheet sees it: its rows of every table, in one language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workbench.report.artefacts import Absent
from workbench.report.rates.release import PATIENTS, Release, Rows
from workbench.report.rates.substance import Substance
from workbench.report.rates.words import Words
from workbench.report.tables import Table, table


@dataclass(frozen=True)
class Sheet:
    """One substance in one language.

    Attributes:
        release: All tables.
        substance: Which.
        words: The language.
    """

    release: Release
    substance: Substance
    words: Words

    @property
    def code(self) -> str:
        """Its code."""
        return self.substance.code

    def total(self, measure: str = PATIENTS) -> dict[str, Any] | None:
        """Return its row over all periods, sexes and ages; None where there is none."""
        return self.release.totals.get(self.code, {}).get(measure)

    def rows(self, found: dict[str, Rows], absent: str) -> Rows:
        """Return the rows of this substance.

        Raises:
            Absent: It has none; ``absent`` is the key of the text that says so.
        """
        rows = found.get(self.code)
        if not rows:
            raise Absent(self.words(absent))
        return rows


def rate_table(words: Words, caption: str, first: str, rows: list[tuple[str, Any]]) -> Table:
    """Return exposed, cases, rate and interval, a row each.

    Args:
        words: The language.
        caption: What it shows.
        first: Heading of the first column.
        rows: Name and row of ``rates.csv``.
    """
    columns = [first, words("exposed"), words("cases"), words("rate"), words("interval")]
    return table(
        caption,
        columns,
        [[name, *rate_cells(words, row)] for name, row in rows],
        numeric=range(1, 5),
    )


def rate_cells(words: Words, row: dict[str, Any]) -> list[str]:
    """Return exposed, cases, rate and its interval; hidden ones as the range they lie in."""
    return [
        words.count(row["exposed"], row.get("exposed_low"), row.get("exposed_high")),
        words.count(row["cases"], row.get("cases_low"), row.get("cases_high")),
        rate_cell(words, row),
        words.span(row.get("low"), row.get("high")),
    ]


def rate_cell(words: Words, row: dict[str, Any]) -> str:
    """Return a rate; a dash where nobody was exposed."""
    if row["rate"] is None and not row.get("masked"):
        return "–"
    return words.rate(row["rate"], row.get("rate_low"), row.get("rate_high"))
