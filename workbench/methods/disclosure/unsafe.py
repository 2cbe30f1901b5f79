"""The refusal of a table that would give persons away."""

from __future__ import annotations

from workbench.errors import DataError


class UnsafeTable(DataError):
    """A table is not published: a hidden number can be found, or be found too nearly.

    Its problems name the cells by their key; they never hold a hidden number.
    """
