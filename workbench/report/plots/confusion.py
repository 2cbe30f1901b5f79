"""Confusion matrix: counts, row shares and, where the challenge has them, costs."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from workbench.report.plots import svg
from workbench.report.words import number, percent

LEFT, TOP, RIGHT = 104, 52, 8
WIDTH = 480


def confusion(
    counts: Sequence[Sequence[int]],
    classes: Sequence[str],
    *,
    label: str,
    costs: Sequence[Sequence[float]] | None = None,
    axes: tuple[str, str] = ("decided class", "true class"),
) -> Markup:
    """Draw a confusion matrix; a cell is shaded by its share of the true class.

    Args:
        counts: Cases by true class (rows) and decided class (columns).
        classes: Class names in the order of rows and columns.
        label: Text alternative of the plot.
        costs: Cost of each cell, same shape; written in the cell's corner when given.
        axes: Titles of columns and rows.

    Returns:
        One ``<svg>`` element.
    """
    side = (WIDTH - LEFT - RIGHT) / max(len(classes), 1)
    height = min(side, 84.0)
    parts = [
        svg.text(LEFT + side * len(classes) / 2, 16, axes[0], "title", "middle"),
        svg.text(8, TOP - 12, axes[1], "title"),
    ]
    for i, name in enumerate(classes):
        middle = TOP + height * i + height / 2
        parts.append(
            svg.text(LEFT + side * (i + 0.5), TOP - 12, svg.shorten(name, side), "tick", "middle")
        )
        parts.append(svg.text(8, middle, svg.shorten(name, LEFT - 8)))
        parts.append(svg.text(8, middle + 17, f"n = {sum(counts[i])}", "tick"))
        for j in range(len(classes)):
            cost = None if costs is None else costs[i][j]
            corner = (LEFT + side * j, TOP + height * i, side, height)
            parts += _cell(corner, counts[i][j], sum(counts[i]), cost, right=i == j)
    return svg.drawing(WIDTH, TOP + height * len(classes) + 6, label, parts)


def _cell(
    box: tuple[float, float, float, float],
    count: int,
    total: int,
    cost: float | None,
    *,
    right: bool,
) -> list[Markup]:
    """Return one cell: shade, count, share of its row, cost."""
    x, y, width, height = box
    share = count / total if total else 0.0
    shade = 0.55 * share + (0.03 if count else 0.0)
    parts = [
        svg.tag(
            "rect",
            x=x + 1.5,
            y=y + 1.5,
            width=width - 3,
            height=height - 3,
            rx=4,
            class_="cell right" if right else "cell wrong",
            fill_opacity=shade,
        ),
        svg.text(x + width / 2, y + height / 2 + 3, count, "count" if count else "none", "middle"),
    ]
    if count:
        below = y + height / 2 + 21
        parts.append(svg.text(x + width / 2, below, percent(share), "share", "middle"))
    if cost is not None:
        parts.append(svg.text(x + width - 7, y + 17, number(float(cost), 2), "corner", "end"))
    return parts
