"""The refusal of a table that would give persons away."""

from __future__ import annotations

from workbench.errors import DataError, Problem


class UnsafeTable(DataError):
    """A table is not published: a hidden number can be found, or be found too nearly.

    Its problems name the cells by their key; they never hold a hidden number.
    """


def cannot_protect(measure: str, cell: str) -> UnsafeTable:
    """Return the refusal of a small cell that is found whatever is hidden, named by its key."""
    return UnsafeTable(
        f"a small number of {measure} is found whatever else is hidden",
        problems=[Problem("cannot-protect", "no choice of further cells hides it", cell)],
        remedy="publish fewer totals, join cells, or leave out what an earlier release shows",
    )
