"""Caterpillar: shrunken rates of a class in order, with intervals, beside the crude rates."""

from __future__ import annotations

import math

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows as shared
from workbench.report.plots import svg

TOP = 34
COLUMNS = ["group", "rate", "shrunken", "low", "high"]


def caterpillar_csv(table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as they are drawn, the highest shrunken rate first.

    Args:
        table: Of :class:`~workbench.methods.rates.shrinkage.Shrunken`.
    """
    return table[COLUMNS].sort_values("shrunken", ascending=False, kind="stable")


def caterpillar(
    table: pd.DataFrame,
    *,
    axis: str,
    label: str,
    mean: float | None = None,
    words: tuple[str, str] = ("crude", "shrunken, with its interval"),
) -> Markup:
    """Draw a row a group: crude rate (open disc), shrunken rate (full disc) with its interval.

    Args:
        table: Of :class:`~workbench.methods.rates.shrinkage.Shrunken`, from a fit that is
            identified or labelled as bounded.
        axis: Title of the axis, with the unit of the rates.
        label: Text alternative of the plot.
        mean: Mean rate of the class, drawn as a dashed line.
        words: What the open and the full disc are called.

    Returns:
        One ``<svg>`` element.

    Raises:
        ValueError: No shrunken rate is known: the distribution of rates was not identified.
    """
    drawn = caterpillar_csv(table).dropna(subset=["shrunken"])
    if drawn.empty:
        raise ValueError("no shrunken rate is known: draw the crude rates as a forest plot")
    ends = drawn["high"].tolist() + [rate for rate in drawn["rate"] if math.isfinite(rate)]
    scale = svg.Axis(0.0, max(ends) * 1.05, shared.LEFT, shared.WIDTH - shared.RIGHT)
    height = shared.row_height(len(drawn), 26)
    bottom = TOP + height * len(drawn)
    parts = shared.two_discs(words) + shared.value_axis(scale, TOP, bottom, axis)
    parts += shared.stripes(len(drawn), TOP, height)
    parts += shared.names([str(name) for name in drawn["group"]], TOP, height)
    if mean is not None:
        parts.append(svg.line(scale(mean), TOP, scale(mean), bottom, "reference"))
    radius = min(5.0, height * 0.3)
    for place, (rate, shrunken, low, high) in enumerate(
        drawn[COLUMNS[1:]].to_numpy(float).tolist()
    ):
        y = TOP + height * (place + 0.5)
        parts.append(svg.line(scale(low), y, scale(high), y, "interval model"))
        if math.isfinite(rate):
            parts.append(svg.tag("circle", cx=scale(rate), cy=y, r=radius, class_="before"))
        parts.append(svg.tag("circle", cx=scale(shrunken), cy=y, r=radius, class_="after"))
    return svg.drawing(shared.WIDTH, bottom + shared.AXIS, label, parts)
