"""The refusal of a table that would give persons away."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import DataError, Problem


class UnsafeTable(DataError):
    """A table is not published: a hidden number can be found, or be found too nearly.

    Its problems name the cells by their key; they never hold a hidden number.
    """


def cannot_protect(cells: Sequence[str]) -> UnsafeTable:
    """Return the refusal of small cells that are found whatever is hidden.

    Args:
        cells: Each by its key, with the measure where there are several.
    """
    words = "no choice of further cells hides it"
    return UnsafeTable(
        f"{len(cells)} small number(s) are found whatever else is hidden",
        problems=[Problem("cannot-protect", words, cell) for cell in cells],
        remedy="publish fewer totals, join cells, or leave out what an earlier release shows",
    )
