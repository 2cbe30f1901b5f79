"""A grid of shaded cells, one row an algorithm or a scheme: the shade and a number say the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.report.plots import svg

FULL = 0.55
"""Opacity of the fullest shade: text on it still has a contrast of 4.5."""


@dataclass(frozen=True)
class Grid:
    """Places of cells.

    Attributes:
        left: Left edge.
        top: Upper edge.
        width: Width of a cell.
        height: Height of a cell.
    """

    left: float
    top: float
    width: float
    height: float

    def middle(self, column: float) -> float:
        """Return the middle of a column."""
        return self.left + self.width * (column + 0.5)

    def cell(self, row: int, column: int, share: float, kind: str = "right") -> Markup:
        """Return one cell, shaded by a share from 0 to 1."""
        gap = 1.0 if min(self.width, self.height) >= 12 else 0.0
        return svg.tag(
            "rect",
            x=self.left + self.width * column + gap,
            y=self.top + self.height * row + gap,
            width=self.width - 2 * gap,
            height=self.height - 2 * gap,
            class_=f"heat {kind}",
            fill_opacity=FULL * min(max(share, 0.0), 1.0),
        )

    def word(self, row: int, column: int, words: str, class_: str = "share") -> Markup:
        """Return words in the middle of a cell."""
        baseline = self.top + self.height * (row + 0.5) + 4.5
        return svg.text(self.middle(column), baseline, words, class_, "middle")

    def headings(self, columns: Sequence[str], y: float, room: float = 18) -> list[Markup]:
        """Return headings above the columns; where columns are thin only some are named."""
        every = max(1, -int(-room // self.width))
        if every > 1:
            every = next(s for s in (2, 5, 10, 20, 50, 100) if s >= every)
        shown = range(0, len(columns), every)
        return [svg.text(self.middle(i), y, columns[i], "tick", "middle") for i in shown]


def square(
    marks: Sequence[Sequence[float]],
    grid: Grid,
    word: Callable[[float], str],
) -> list[Markup]:
    """Return a matrix of shaded cells with a number in each that has room; NaN is a dash."""
    parts = []
    for i, line in enumerate(marks):
        for j, value in enumerate(line):
            missing = value != value
            parts.append(grid.cell(i, j, 0.0 if missing else value))
            if grid.width >= 26:
                parts.append(grid.word(i, j, "–" if missing else word(value)))
    return parts
