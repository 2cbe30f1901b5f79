"""Test of proportional hazards as a picture: how a coefficient moves over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import panel, svg

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 290, 58, 12, 50, 44


@dataclass(frozen=True)
class CoefficientRow:
    """The smoothed coefficient at a time.

    Attributes:
        time: Time, on the scale of the test.
        value: Coefficient, a log hazard ratio.
        low: Lower end of its band; NaN where there is none.
        high: Upper end.
    """

    time: float
    value: float
    low: float
    high: float


def coefficient_csv(rows: Sequence[CoefficientRow]) -> pd.DataFrame:
    """Return the rows as a table: ``time, value, low, high``."""
    return pd.DataFrame(
        [(row.time, row.value, row.low, row.high) for row in rows],
        columns=["time", "value", "low", "high"],
    )


def hazard_residuals(
    smooth: Sequence[CoefficientRow],
    *,
    coefficient: float,
    title: str,
    note: str,
    x_axis: str,
    label: str,
    points: Sequence[tuple[float, float]] = (),
    ticks: Sequence[tuple[float, str]] | None = None,
) -> Markup:
    """Draw the coefficient over time, with the one the model holds constant as a dashed line.

    Args:
        smooth: From :func:`workbench.methods.survival.smooth.smooth_over_time`.
        coefficient: What the model says for all times.
        title: Name of the covariate.
        note: Result of the test in a few words.
        x_axis: Title of the time axis.
        label: Text alternative of the plot.
        points: Scaled Schoenfeld residuals, one an event; leave them out where single events may
            not be shown.
        ticks: Times with their labels; round ones by default.

    Returns:
        One ``<svg>`` element.
    """
    known = [v for row in smooth for v in (row.value, row.low, row.high) if math.isfinite(v)]
    times = [row.time for row in smooth] + [x for x, _ in points]
    across = svg.Axis.around(times, LEFT, WIDTH - RIGHT, pad=0.02)
    heights = [*known, coefficient, 0.0, *_inner([y for _, y in points])]
    up = svg.Axis.around(heights, HEIGHT - BOTTOM, TOP)
    parts = [
        svg.text(8, 16, svg.shorten(title, WIDTH - 16), "label strong"),
        svg.text(8, 36, svg.shorten(note, (WIDTH - 16) * 1.12), "tick"),
        *panel.grid(across, up, ticks),
    ]
    inside = [(x, y) for x, y in points if up.low <= y <= up.high]
    path = "".join(f"M{across(x):.1f} {up(y):.1f}h0" for x, y in inside)
    if path:
        parts.append(svg.tag("path", d=path, class_="dots"))
    parts.append(panel.band([(r.time, r.low, r.high) for r in smooth], across, up, "band s1"))
    parts.append(svg.line(LEFT, up(coefficient), WIDTH - RIGHT, up(coefficient), "reference"))
    parts.append(svg.polyline([(across(r.time), up(r.value)) for r in smooth], "line strong"))
    parts.append(svg.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6, x_axis, "title", "middle"))
    return svg.drawing(WIDTH, HEIGHT, label, parts)


def _inner(values: Sequence[float]) -> list[float]:
    """Return the ends between which most residuals lie: a few far ones would flatten the curve."""
    ordered = sorted(v for v in values if math.isfinite(v))
    if not ordered:
        return []
    tail = len(ordered) // 50
    return [ordered[tail], ordered[-1 - tail]]
