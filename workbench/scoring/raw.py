"""A table as it was written, and how its cells are quoted in messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from workbench.errors import Problem

_LONGEST = 80


@dataclass
class RawTable:
    """A table as it was written.

    Attributes:
        name: File name, for messages.
        frame: Cells; from CSV all are text, from Parquet they keep their types.
        lines: Line in the file of each row (CSV only).
        problems: What is wrong with the file itself.
        broken: Rows of the wrong width (cut or filled up): their cells mean nothing.
    """

    name: str
    frame: pd.DataFrame
    lines: Sequence[int] | None = None
    problems: list[Problem] = field(default_factory=list)
    broken: set[int] = field(default_factory=set)

    def place(self, row: int) -> str:
        """Name a row the way its author sees it: number from 1, and line in the file.

        >>> RawTable("x.csv", pd.DataFrame(), lines=[2, 4]).place(1)
        'row 2 (line 4)'
        """
        line = f" (line {self.lines[row]})" if self.lines else ""
        return f"row {row + 1}{line}"


def as_raw(frame: pd.DataFrame, name: str = "table") -> RawTable:
    """Return a frame in memory as a raw table."""
    return RawTable(name, frame.rename(columns=str).reset_index(drop=True))


def shown(text: object, longest: int = _LONGEST) -> str:
    r"""Return what somebody wrote as one short, harmless line: no control character survives.

    >>> shown("a\x1b[31m"), shown("x" * 90)[-5:]
    ('a\\x1b[31m', 'xx...')
    """
    cut = str(text)[: longest + 1]
    clean = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return clean if len(clean) <= longest else clean[: longest - 3] + "..."
