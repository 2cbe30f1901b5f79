"""Rows with two values each: one with its interval, and another beside it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows as shared
from workbench.report.plots import svg

TOP, ROW = 34, 26


@dataclass(frozen=True)
class TwoValues:
    """One row.

    Attributes:
        name: Of the row.
        value: With an interval; NaN where it is not known.
        low: Lower end.
        high: Upper end.
        other: The value beside it; NaN where it is not known.
    """

    name: str
    value: float
    low: float
    high: float
    other: float = float("nan")


def two_values_csv(rows: Sequence[TwoValues], names: tuple[str, str]) -> pd.DataFrame:
    """Return the rows as a table.

    Args:
        rows: As they are drawn.
        names: Columns of the two values.
    """
    columns = ["name", names[0], "low", "high", names[1]]
    data = [(one.name, one.value, one.low, one.high, one.other) for one in rows]
    return pd.DataFrame(data, columns=columns)


def two_values(
    rows: Sequence[TwoValues],
    *,
    axis: str,
    label: str,
    words: tuple[str, str],
    reference: float | None = None,
) -> Markup:
    """Draw a row each: a value with its interval (open disc), the other value (full disc).

    Args:
        rows: In the order they are drawn.
        axis: Title of the axis, with its unit.
        label: Text alternative of the plot.
        words: What the open and the full disc are called.
        reference: A value to compare with, drawn as a dashed line.

    Returns:
        One ``<svg>`` element.
    """
    known = [v for one in rows for v in (one.value, one.low, one.high, one.other)]
    around = [*known, reference] if reference is not None else known
    scale = svg.Axis.around(around, shared.LEFT, shared.WIDTH - shared.RIGHT)
    bottom = TOP + ROW * len(rows)
    parts = shared.two_discs(words) + shared.value_axis(scale, TOP, bottom, axis)
    parts += shared.stripes(len(rows), TOP, ROW)
    if reference is not None:
        parts.append(svg.line(scale(reference), TOP, scale(reference), bottom, "reference"))
    for place, one in enumerate(rows):
        y = TOP + ROW * (place + 0.5)
        parts.append(svg.text(4, y + 5, _named(one.name), "name"))
        if math.isfinite(one.low) and math.isfinite(one.high):
            parts.append(svg.line(scale(one.low), y, scale(one.high), y, "interval model"))
        if math.isfinite(one.value):
            parts.append(svg.tag("circle", cx=scale(one.value), cy=y, r=5.0, class_="before"))
        if math.isfinite(one.other):
            parts.append(svg.tag("circle", cx=scale(one.other), cy=y, r=4.0, class_="after"))
    return svg.drawing(shared.WIDTH, bottom + shared.AXIS, label, parts)


def _named(name: str) -> Markup | str:
    """Return a name that fits, with the whole one where it was cut."""
    written = shared.cut(name, shared.LEFT - 10)
    return written if written == name else Markup("").join([written, svg.tag("title", name)])
