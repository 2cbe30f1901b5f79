"""Table 1: who is in the groups of predicted risk, with standardised differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.report.artefacts import Row
from workbench.report.languages import Words, words_of
from workbench.report.run import Run
from workbench.report.tables import Table, table

NAME = "table_one.csv"
FEWEST = 11


def table_one(run: Run) -> dict[str, Any]:
    """Return table 1 of the run's cases by predicted risk."""
    rows = run.artefacts.rows(NAME, "variable", "group", "n", "mean", "sd", "count")
    return {"table": described(rows, run.words("features_by_risk"), run.words)}


def described(rows: Sequence[Row], caption: str, words: Words | None = None) -> Table:
    """Return the rows of ``methods.table_one`` as a table for reading, one row a variable.

    Args:
        rows: Long form: one row a variable and group.
        caption: Of the table.
        words: Language; English by default. The note is its text ``table_note``.
    """
    words = words or words_of("run", "en")
    groups = list(dict.fromkeys(row["group"] for row in rows))
    cells = {(row["variable"], row["group"]): row for row in rows}
    names = list(dict.fromkeys(row["variable"] for row in rows))
    body = []
    for name in names:
        own = [cells[name, group] for group in groups]
        body.append([words.heading(name), *_cells(words, own)])
    sizes = [max(_int(cells[name, group]["n"]) for name in names) for group in groups]
    heads = [
        f"{words.get(g, words.heading(g))} (n = {words.number(n) if n >= FEWEST else f'<{FEWEST}'})"
        for g, n in zip(groups, sizes, strict=True)
    ]
    return table(
        caption,
        [words("Variable"), *heads, words("Standardised difference")],
        body,
        numeric=range(1, len(groups) + 2),
        note=words("table_note"),
    )


def _cells(words: Words, row: Sequence[Row]) -> list[str]:
    """Return one variable: everybody, each group, and the difference of the last from the first.

    Where a group's count is hidden, so is what would give it back: the count of everybody and the
    difference.
    """
    everybody, *groups = (_cell(words, one) for one in row)
    apart = _rounded(words, _float(row[0].get("standardised_difference", "")), 2)
    hidden = any(cell.startswith(("<", ">")) for cell in groups)
    return ["–", *groups, "–"] if hidden else [everybody, *groups, apart]


def _cell(words: Words, row: Row) -> str:
    """Return one variable in one group."""
    mean, count = _float(row["mean"]), row["count"]
    if mean is None:
        return "–"
    if count == "":
        return f"{_rounded(words, mean, 1)} ({_rounded(words, _float(row['sd']), 1)})"
    ones, n = _int(count), _int(row["n"])
    if ones < FEWEST:
        return f"<{FEWEST}"
    if n - ones < FEWEST:
        return f">{words.number(n - FEWEST)}"
    return f"{words.number(ones)} ({words.percent(mean)})"


def _rounded(words: Words, value: float | None, decimals: int) -> str:
    """Return a number with so many decimals: what is smaller is 0 in a table of persons."""
    return words.number(None if value is None else round(value, decimals) + 0.0, decimals)


def _float(text: str) -> float | None:
    """Return a cell as a number, None where it is empty."""
    return float(text) if text not in ("", "nan") else None


def _int(text: str) -> int:
    """Return a cell as a whole number."""
    return int(float(text or 0))
