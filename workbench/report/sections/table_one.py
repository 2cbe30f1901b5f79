"""Table 1: who is in the groups of predicted risk, with standardised differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from workbench.report.artefacts import Row
from workbench.report.run import Run
from workbench.report.tables import Table, table
from workbench.report.words import heading, number, percent

NAME = "table_one.csv"
FEWEST = 11


def table_one(run: Run) -> dict[str, Any]:
    """Return table 1 of the run's cases by predicted risk."""
    rows = run.artefacts.rows(NAME, "variable", "group", "n", "mean", "sd", "count")
    return {"table": described(rows, "Features of the cases by predicted risk")}


class Texts(Protocol):
    """The words of another language."""

    def get(self, key: str, default: str) -> str:
        """Return a text, or what is given where there is none."""

    def mark(self, text: str) -> str:
        """Return written numbers with the decimal mark of the language."""


class _English:
    """No other language: texts and numbers stay as they are."""

    def get(self, key: str, default: str) -> str:
        return default

    def mark(self, text: str) -> str:
        return text


def described(rows: Sequence[Row], caption: str, said: Texts | None = None) -> Table:
    """Return the rows of ``methods.table_one`` as a table for reading, one row a variable.

    Args:
        rows: Long form: one row a variable and group.
        caption: Of the table.
        said: Words of another language, by the English ones; the note is ``table_note``.
    """
    said = said or _English()
    groups = list(dict.fromkeys(row["group"] for row in rows))
    cells = {(row["variable"], row["group"]): row for row in rows}
    names = list(dict.fromkeys(row["variable"] for row in rows))
    body = []
    for name in names:
        own = [cells[name, group] for group in groups]
        body.append([heading(name), *(said.mark(cell) for cell in _cells(own))])
    sizes = [max(_int(cells[name, group]["n"]) for name in names) for group in groups]
    heads = [
        f"{said.get(g, heading(g))} (n = {number(n) if n >= FEWEST else f'<{FEWEST}'})"
        for g, n in zip(groups, sizes, strict=True)
    ]
    apart_head = "Standardised difference"
    return table(
        caption,
        [said.get("Variable", "Variable"), *heads, said.get(apart_head, apart_head)],
        body,
        numeric=range(1, len(groups) + 2),
        note=said.get("table_note", NOTE),
    )


NOTE = (
    "Mean (SD), or count (share) of variables of 0 and 1; counts below 11 are not told, nor what "
    "would give them back. The standardised difference is of the last group against the first; "
    "beyond 0.1 groups differ."
)


def _cells(row: Sequence[Row]) -> list[str]:
    """Return one variable: everybody, each group, and the difference of the last from the first.

    Where a group's count is hidden, so is what would give it back: the count of everybody and the
    difference.
    """
    everybody, *groups = (_cell(one) for one in row)
    apart = _rounded(_float(row[0].get("standardised_difference", "")), 2)
    hidden = any(cell.startswith(("<", ">")) for cell in groups)
    return ["–", *groups, "–"] if hidden else [everybody, *groups, apart]


def _cell(row: Row) -> str:
    """Return one variable in one group."""
    mean, count = _float(row["mean"]), row["count"]
    if mean is None:
        return "–"
    if count == "":
        return f"{_rounded(mean, 1)} ({_rounded(_float(row['sd']), 1)})"
    ones, n = _int(count), _int(row["n"])
    if ones < FEWEST:
        return f"<{FEWEST}"
    return f"{number(ones)} ({percent(mean)})" if n - ones >= FEWEST else f">{number(n - FEWEST)}"


def _rounded(value: float | None, decimals: int) -> str:
    """Return a number with so many decimals: what is smaller is 0 in a table of persons."""
    return number(None if value is None else round(value, decimals) + 0.0, decimals)


def _float(text: str) -> float | None:
    """Return a cell as a number, None where it is empty."""
    return float(text) if text not in ("", "nan") else None


def _int(text: str) -> int:
    """Return a cell as a whole number."""
    return int(float(text or 0))
