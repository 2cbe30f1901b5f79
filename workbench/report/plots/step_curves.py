"""Survival or cumulative incidence over time: steps, bands, and the numbers at risk below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from markupsafe import Markup

from workbench.report.plots import panel, svg
from workbench.report.plots.curve_rows import StepSeries

WIDTH, LEFT, RIGHT, PLOT, ROW = 460, 58, 14, 250, 19
MOST = 4
"""Most curves of one plot: more are not told apart."""


def step_curves(
    series: Sequence[StepSeries],
    *,
    ticks: Sequence[tuple[float, str]],
    x_axis: str,
    y_axis: str,
    label: str,
    kind: Literal["survival", "incidence"] = "survival",
    at_risk: str = "Number at risk",
) -> Markup:
    """Draw up to four step curves on one pair of axes.

    Survival is drawn from 0 to 1. Incidence is drawn from 0 to a round value above the highest
    band, so that rare events are seen; the axis says so by its numbers.

    Args:
        series: From :func:`~workbench.report.plots.curve_rows.step_series`.
        ticks: Times with their labels, from 0 on; the numbers at risk stand below them.
        x_axis: Title of the time axis, with unit.
        y_axis: Title above the plot.
        label: Text alternative of the plot.
        kind: ``survival`` or ``incidence``.
        at_risk: Heading of the numbers at risk.

    Returns:
        One ``<svg>`` element.

    Raises:
        ValueError: More than four curves: groups are to be joined first.
    """
    if len(series) > MOST:
        raise ValueError(f"at most {MOST} curves can be told apart, got {len(series)}")
    across = svg.Axis(0.0, max(_last(series), ticks[-1][0], 1e-12), LEFT, WIDTH - RIGHT)
    rows = panel.key_rows([one.name for one in series], WIDTH)
    top = 24 + panel.KEY * len(rows)
    bottom = top + PLOT
    up = svg.Axis(0.0, 1.0 if kind == "survival" else _ceiling(series), bottom, top)
    parts = [svg.text(8, 16, y_axis, "title"), *panel.keys(rows), *panel.grid(across, up, ticks)]
    for place, one in enumerate(series):
        parts.append(_band(one, across, up, f"band s{place + 1}"))
    for place, one in enumerate(series):
        points = _stairs([(time, value) for time, value, _, _ in one.steps])
        placed = [(across(x), up(y)) for x, y in points]
        parts.append(svg.polyline(placed, f"series s{place + 1}"))
    parts.append(svg.text((LEFT + WIDTH - RIGHT) / 2, bottom + 36, x_axis, "title", "middle"))
    height = bottom + 44
    if any(one.at_risk for one in series):
        parts += _numbers(series, [across(time) for time, _ in ticks], bottom + 60, at_risk)
        height = bottom + 66 + ROW * len(series)
    return svg.drawing(WIDTH, height, label, parts)


def _last(series: Sequence[StepSeries]) -> float:
    """Return the last time of all curves."""
    return max((one.steps[-1][0] for one in series if one.steps), default=1.0)


def _ceiling(series: Sequence[StepSeries]) -> float:
    """Return a round value above everything that is drawn, 1 at most."""
    drawn = [v for one in series for step in one.steps for v in step[1:] if math.isfinite(v)]
    return panel.rounded_up(max(drawn, default=1.0))


def _stairs(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return the corners of a step function that holds each value until the next time.

    >>> _stairs([(0, 1.0), (2, 0.5)])
    [(0, 1.0), (2, 1.0), (2, 0.5)]
    """
    found = list(points[:1])
    for (_, before), (time, value) in pairwise(points):
        found += [(time, before), (time, value)] if value != before else [(time, value)]
    return found


def _band(one: StepSeries, across: svg.Axis, up: svg.Axis, class_: str) -> Markup:
    """Return the band between the ends; it stops where one is not known."""
    known = [
        (time, value if math.isnan(low) else low, value if math.isnan(high) else high)
        for time, value, low, high in one.steps
        if not (math.isnan(low) and 0.0 < value < 1.0)
    ]
    while known and known[-1][1] == known[-1][2]:
        known.pop()  # no spread is known at the end: a point would look like certainty
    lower = _stairs([(time, low) for time, low, _ in known])
    upper = _stairs([(time, high) for time, _, high in known])
    corners = " ".join(f"{across(x):.2f},{up(y):.2f}" for x, y in lower + upper[::-1])
    return svg.tag("polygon", points=corners, class_=class_) if known else Markup("")


def _numbers(
    series: Sequence[StepSeries], places: Sequence[float], top: float, heading: str
) -> list[Markup]:
    """Return the numbers at risk, one row a curve, led by a sample of its line."""
    parts = [svg.text(8, top, heading, "title")]
    for number, one in enumerate(series, start=1):
        y = top + ROW * number
        parts.append(svg.line(8, y - 4, 28, y - 4, f"series s{number}"))
        for x, shown in zip(places, one.at_risk, strict=False):
            half = 3.7 * len(shown)
            parts.append(svg.text(min(x, WIDTH - 2 - half), y, shown, "tick", "middle"))
    return parts
