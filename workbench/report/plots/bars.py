"""Bars with a name and a number each; a hidden count is an open bar over what it may be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.report.plots import rows as shared
from workbench.report.plots import svg

ROW, TOP, GAP = 24, 4, 4
LEFT, LETTER = 170, 8.0


@dataclass(frozen=True)
class Bar:
    """One bar.

    Attributes:
        label: What is counted.
        value: The count; None where it is hidden.
        written: The count in words.
        low: Least it may be, where hidden.
        high: Most it may be, where hidden; None where nobody knows.
    """

    label: str
    value: float | None
    written: str
    low: float | None = None
    high: float | None = None


def bars(rows: Sequence[Bar], *, label: str) -> Markup:
    """Draw a bar a row on one scale from 0, with the count written behind it.

    Args:
        rows: The bars, drawn in this order.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    ends = [row.value if row.value is not None else _end(row) for row in rows]
    room = 14 + LETTER * max((len(row.written) for row in rows), default=0)
    scale = svg.Axis(0.0, max([*ends, 1.0]), LEFT, max(shared.WIDTH - room, LEFT + 60))
    bottom = TOP + ROW * len(rows)
    parts = [svg.line(LEFT, TOP, LEFT, bottom, "axis")]
    for place, (row, end) in enumerate(zip(rows, ends, strict=True)):
        parts += _row(row, end, scale, TOP + ROW * place)
    return svg.drawing(shared.WIDTH, bottom + 4, label, parts)


def _row(row: Bar, end: float, scale: svg.Axis, top: float) -> list[Markup]:
    """Return name, bar and number of a row."""
    y = top + ROW / 2 + 4.5
    name = shared.cut(row.label, LEFT - 8)
    content = name if name == row.label else Markup("").join([name, svg.tag("title", row.label)])
    hidden = row.value is None
    start = scale((row.low or 0.0) if hidden else 0.0)
    wide = max(scale(end) - start, 1.5 if end else 0.0)
    bar = svg.tag(
        "rect",
        x=start,
        y=top + GAP,
        width=wide,
        height=ROW - 2 * GAP,
        class_="bar open" if hidden else "bar model",
    )
    written = svg.text(start + wide + 6, y, row.written, "value none" if hidden else "value")
    return [svg.text(LEFT - 8, y, content, "name", "end"), bar, written]


def _end(row: Bar) -> float:
    """Return where the bar of a hidden count ends."""
    high = row.high if row.high is not None and math.isfinite(row.high) else row.low
    return high or 0.0
