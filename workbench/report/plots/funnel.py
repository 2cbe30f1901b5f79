"""Funnel plot: rates of groups by their exposure, and the limits of chance around a common one."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.methods.rates.control_limits import control_limits
from workbench.report.plots import panel, svg

WIDTH, LEFT, RIGHT, TOP, PLOT, MOST_NAMED = 460, 62, 16, 50, 270, 8
POINTS = 120
MANY = 60
"""From so many groups on discs are small."""


def funnel(
    table: pd.DataFrame,
    *,
    unit: str,
    x_axis: str,
    y_axis: str,
    label: str,
    dispersion: float = 1.0,
    words: tuple[str, str] = ("95 % limits", "99.8 % limits"),
    places: Mapping[str, str] | None = None,
) -> Markup:
    """Draw rates over exposure (log scale); what lies outside of the limits is named.

    Args:
        table: From :func:`~workbench.methods.rates.control_limits.funnel_table`; it is also the
            data to show beside the plot.
        unit: ``patients`` or ``person-years``.
        x_axis: Title of the axis of exposure.
        y_axis: Title above the plot, with the unit of the rate.
        label: Text alternative of the plot.
        dispersion: As given to the table.
        words: What the two pairs of limits are called.
        places: What each value of the table's ``place`` is called, where not as it is.

    Returns:
        One ``<svg>`` element.
    """
    exposure = table["exposure"].to_numpy(dtype=np.float64)
    ends = np.log10(exposure.min() / 1.3), np.log10(exposure.max() * 1.3)
    across = svg.Axis(float(ends[0]), float(ends[1]), LEFT, WIDTH - RIGHT)
    common = float(table["common"].iloc[0])
    # Limits of the smallest groups are wide: the axis ends above all rates, not above all limits.
    high = max(float(table["rate"].max()), common * 2) * 1.12
    up = svg.Axis(0.0, high, TOP + PLOT, TOP)
    parts = [svg.text(8, 16, y_axis, "title"), *_key(words)]
    parts += panel.grid(across, up, decades(*ends))
    line = np.geomspace(10 ** ends[0], 10 ** ends[1], POINTS)
    for level, class_ in ((0.95, "series s1"), (0.998, "series s2")):
        limits = control_limits(line, common, unit=unit, level=level, dispersion=dispersion)
        for side in ("low", "high"):
            parts += _limit(limits["exposure"], limits[side], across, up, class_)
    parts.append(svg.line(across.start, up(common), across.end, up(common), "reference"))
    parts += _marks(table, across, up, places or {})
    parts.append(svg.text((LEFT + WIDTH - RIGHT) / 2, TOP + PLOT + 36, x_axis, "title", "middle"))
    return svg.drawing(WIDTH, TOP + PLOT + 44, label, parts)


def decades(low: float, high: float) -> list[tuple[float, str]]:
    """Return ticks of a log axis: powers of ten, with 2 and 5 where there are few.

    >>> [name for _, name in decades(2.9, 5.1)]
    ['1,000', '10,000', '100,000']
    """
    steps = (1,) if high - low >= 2 else (1, 2, 5)
    values = [
        step * 10.0**power
        for power in range(math.floor(low), math.ceil(high) + 1)
        for step in steps
    ]
    kept = [value for value in values if low <= math.log10(value) <= high]
    every = max(1, -(-len(kept) // 5))
    return [(math.log10(value), f"{value:,.12g}") for value in kept[::every]]


def _key(words: tuple[str, str]) -> list[Markup]:
    """Return a sample of each pair of limits with its name."""
    parts, x = [], 8.0
    for number, name in enumerate(words, start=1):
        parts.append(svg.line(x, 34, x + 26, 34, f"series s{number}"))
        parts.append(svg.text(x + 32, 39, name))
        x += 52 + 8.0 * len(name)
    return parts


def _limit(
    exposure: pd.Series, values: pd.Series, across: svg.Axis, up: svg.Axis, class_: str
) -> list[Markup]:
    """Return one limit as far as it lies on the plot."""
    points = [
        (across(math.log10(x)), up(y))
        for x, y in zip(exposure, values, strict=True)
        if y <= up.high
    ]
    return [svg.polyline(points, class_)] if len(points) > 1 else []


def _marks(
    table: pd.DataFrame, across: svg.Axis, up: svg.Axis, places: Mapping[str, str]
) -> list[Markup]:
    """Return a disc a group, an open one inside the limits; names lie between the two kinds."""
    across_at = [across(math.log10(x)) for x in table["exposure"].tolist()]
    up_at = [up(y) for y in table["rate"].tolist()]
    many = len(table) > MANY
    inside: list[Markup] = []
    outside: list[Markup] = []
    for place, (x, y) in enumerate(zip(across_at, up_at, strict=True)):
        row = table.iloc[place]
        class_ = "point open weak" if row["place"] == "inside" else "point strong"
        said = places.get(row["place"], row["place"])
        title = svg.tag("title", f"{row['group']}: {row['rate']:.4g}, {said}")
        (inside if row["place"] == "inside" else outside).append(
            svg.tag("circle", title, cx=x, cy=y, r=2.8 if many else 5.0, class_=class_)
        )
    names = []
    taken: list[tuple[float, float]] = []
    for place in _furthest(table)[:MOST_NAMED]:
        x, y = across_at[place], up_at[place]
        if any(abs(y - other) < 16 and abs(x - at) < 110 for at, other in taken):
            continue
        taken.append((x, y))
        left = x > (across.start + across.end) / 2
        name = svg.shorten(str(table["group"].iloc[place]), 130)
        end = "end" if left else "start"
        names.append(svg.text(x + (-9 if left else 9), y + 5, name, "label", end))
    return inside + names + outside


def _furthest(table: pd.DataFrame) -> list[int]:
    """Return the places of the groups outside of the limits, the furthest first.

    How far is the distance from the common rate in half widths of the 95 % limits.
    """
    away = (table["rate"] - table["common"]).abs() / (table["high_95"] - table["low_95"])
    outside = np.flatnonzero((table["place"] != "inside").to_numpy())
    order = np.argsort(-away.to_numpy(dtype=np.float64)[outside], kind="stable")
    return [int(place) for place in outside[order]]
