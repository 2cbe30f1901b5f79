"""Ratios of the members of a class on a logarithmic axis, one thin row each, one of them marked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.report.plots import rows as shared
from workbench.report.plots import svg

ROW, TOP, RIGHT = 24, 8, 132
WIDEST = 100.0
"""An interval goes on past so many times the most extreme ratio: its end is an arrow."""


@dataclass(frozen=True)
class Ratio:
    """One member.

    Attributes:
        label: Its name.
        value: Observed over expected; None where it is hidden.
        low: Lower end of its interval.
        high: Upper end.
        written: In words.
        own: Whether it is the member the plot is about.
    """

    label: str
    value: float | None
    low: float | None
    high: float | None
    written: str
    own: bool = False


def ratios(rows: Sequence[Ratio], *, axis: str, label: str) -> Markup:
    """Draw each ratio with its interval beside 1, the ratio of a member like its class.

    Args:
        rows: The members, drawn in this order.
        axis: Title of the axis.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    scale = _scale(rows)
    bottom = TOP + ROW * len(rows)
    ticks = [(math.log10(value), f"{value:.2g}") for value in _round(scale)]
    parts = shared.value_axis(scale, TOP, bottom, axis, ticks)
    parts.append(svg.line(scale(0.0), TOP, scale(0.0), bottom, "reference"))
    for place, row in enumerate(rows):
        parts += _row(row, scale, TOP + ROW * (place + 0.5))
    return svg.drawing(shared.WIDTH, bottom + shared.AXIS, label, parts)


def _scale(rows: Sequence[Ratio]) -> svg.Axis:
    """Return a log axis about 1 that holds every ratio, and the intervals as far as is useful."""
    values = [row.value for row in rows if row.value]
    reach = max([2.0, *(max(value, 1 / value) for value in values)]) * 1.5
    ends = [end for row in rows for end in (row.low, row.high) if end and math.isfinite(end)]
    far = min(max([reach, *(max(end, 1 / end) for end in ends)]), reach * 3, WIDEST * reach)
    half = math.log10(far)
    return svg.Axis(-half, half, shared.LEFT, shared.WIDTH - RIGHT)


def _round(scale: svg.Axis) -> list[float]:
    """Return round ratios on both sides of 1."""
    most = 10**scale.high
    step = next((step for step in (2, 5, 10, 100) if step > most**0.4), 1000)
    kept = [step**power for power in (1, 2) if step**power <= most]
    return [*(1 / step for step in reversed(kept)), 1.0, *kept]


def _row(row: Ratio, scale: svg.Axis, y: float) -> list[Markup]:
    """Return the name, the interval, the mark and the words of a member."""
    name = shared.cut(row.label, shared.LEFT - 12)
    content = name if name == row.label else Markup("").join([name, svg.tag("title", row.label)])
    kind = "model" if row.own else "floor"
    strong = " strong" if row.own else ""
    hidden = " none" if row.value is None else ""
    parts = [
        svg.text(shared.LEFT - 12, y + 4.5, content, f"name{strong}", "end"),
        svg.text(shared.WIDTH - RIGHT + 8, y + 4.5, row.written, f"name{strong}{hidden}"),
    ]
    if row.low is not None and row.high is not None:
        left, right = (scale(math.log10(max(end, 1e-9))) for end in (row.low, row.high))
        parts.append(svg.line(left, y, right, y, f"interval {kind}"))
    if row.value is not None:
        x = scale(math.log10(row.value)) if row.value > 0 else scale.start
        parts.append(svg.tag("circle", cx=x, cy=y, r=5.0, class_=f"mark {kind}"))
    return parts
