"""What plots over two axes share: grid lines, tick labels, bands, marks with intervals."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from workbench.report.plots import svg

KEY = 22
"""Height of a line of a key."""


def grid(
    across: svg.Axis,
    up: svg.Axis,
    ticks: Sequence[tuple[float, str]] | None = None,
    most: int = 6,
) -> list[Markup]:
    """Return the frame of a plot: a base line, grid lines, labels of both axes.

    Args:
        across: Horizontal axis.
        up: Vertical axis; its ``start`` is the bottom.
        ticks: Values and labels of the horizontal axis; round ones by default.
        most: Most labels of an axis.
    """
    bottom = up.start
    parts = [svg.line(across.start, bottom, across.end, bottom, "axis")]
    for value, name in up.ticks(most):
        parts.append(svg.line(across.start, up(value), across.end, up(value), "grid"))
        parts.append(svg.text(across.start - 8, up(value) + 5, name, "tick", "end"))
    for value, name in across.ticks(most) if ticks is None else ticks:
        x = across(value)
        parts.append(svg.line(x, bottom, x, bottom + 4, "axis"))
        half = 3.7 * len(name)
        parts.append(svg.text(min(x, across.end + 12 - half), bottom + 18, name, "tick", "middle"))
    return parts


def band(
    rows: Sequence[tuple[float, float, float]], across: svg.Axis, up: svg.Axis, class_: str
) -> Markup:
    """Return the area between two lines.

    Args:
        rows: ``(x, low, high)`` in order of x; rows with an end that is not known are left out.
        across: Horizontal axis.
        up: Vertical axis.
        class_: Of the polygon.
    """
    known = [row for row in rows if math.isfinite(row[1]) and math.isfinite(row[2])]
    lower = [(across(x), up(low)) for x, low, _ in known]
    upper = [(across(x), up(high)) for x, _, high in known]
    corners = " ".join(f"{x:.2f},{y:.2f}" for x, y in lower + upper[::-1])
    return svg.tag("polygon", points=corners, class_=class_) if known else Markup("")


def rounded_up(value: float) -> float:
    """Return a round value of at least ``value``, 1 at most: the end of an axis of probabilities.

    >>> rounded_up(0.043), rounded_up(0.62)
    (0.05, 0.8)
    """
    rounds = (0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)
    return next((end for end in rounds if value <= end), 1.0)


def key_rows(names: Sequence[str], width: float) -> list[list[tuple[int, str, float]]]:
    """Return lines of a key: number, name and left edge of each curve.

    Args:
        names: Of the curves.
        width: Of the plot.
    """
    rows: list[list[tuple[int, str, float]]] = [[]]
    x = 8.0
    for place, name in enumerate(names, start=1):
        written = svg.shorten(name, width - 108)
        wide = 46 + 8.0 * len(written)
        if rows[-1] and x + wide > width - 4:
            rows.append([])
            x = 8.0
        rows[-1].append((place, written, x))
        x += wide
    return rows


def keys(rows: Sequence[Sequence[tuple[int, str, float]]]) -> list[Markup]:
    """Return a sample and the name of each curve."""
    parts = []
    for line, row in enumerate(rows):
        y = 30.0 + KEY * line
        for number, name, x in row:
            parts.append(svg.line(x, y, x + 26, y, f"series s{number}"))
            parts.append(svg.text(x + 32, y + 5, name))
    return parts
