"""How much of a sent file is looked at: a small one must not cost the host minutes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from workbench.errors import Problem

MOST_OF_A_STEP = 50_000
"""Problems that one step of the check lists; a file with more is not an answer with mistakes."""


class Bounds(NamedTuple):
    """What a file may hold before it is read no further.

    Attributes:
        size_bytes: Unpacked.
        rows: Data rows.
        columns: Columns of its header.
    """

    size_bytes: int
    rows: int
    columns: int

    @property
    def too_many_rows(self) -> Problem:
        """The problem of a file with more rows."""
        message = f"the file has over {self.rows:,} rows; what comes after them is not read"
        return Problem("too-many-rows", message, "", "write one row a case")

    def too_many_columns(self, found: int) -> Problem:
        """Return the problem of a file with more columns."""
        message = f"{found:,} columns, at most {self.columns:,} are read"
        return Problem("too-many-columns", message, "header", "write the expected columns only")


def first_of(found: Iterable[Problem]) -> list[Problem]:
    """Return the first problems a step of the check finds, and say so where it finds more."""
    problems = iter(found)
    listed = list(islice(problems, MOST_OF_A_STEP))
    if next(problems, None) is not None:
        message = f"over {MOST_OF_A_STEP:,} problems like these; the rest is not listed"
        listed.append(Problem("too-many-problems", message, "", "mend these first"))
    return listed
