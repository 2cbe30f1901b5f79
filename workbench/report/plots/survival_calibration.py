"""Calibration of predicted risk at a time: smooth curve, groups, and where the predictions lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.methods.survival.disclosure import LEAST
from workbench.report.plots import panel, svg

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 400, 424, 54, 14, 34, 96
BINS = 20


@dataclass(frozen=True)
class CalibrationRow:
    """A point of the curve, or a group of cases.

    Attributes:
        predicted: Risk of the event by the horizon that was predicted (mean of a group).
        observed: Risk that came true.
        low: Lower end of its interval; NaN where there is none.
        high: Upper end.
        n: Cases of the group; 0 for a point of the curve.
    """

    predicted: float
    observed: float
    low: float
    high: float
    n: int = 0


def calibration_rows(
    curve: pd.DataFrame, groups: pd.DataFrame, *, least: int = LEAST
) -> tuple[list[CalibrationRow], list[CalibrationRow]]:
    """Return the rows of the curve and of the groups of one model at one horizon.

    Args:
        curve: ``predicted, observed, low, high`` as risks, of ``calibration_curve``.
        groups: ``n, predicted, observed, low, high`` as survival, of ``calibration_groups``.
        least: Groups with fewer cases are left out.
    """
    names = ["predicted", "observed", "low", "high"]
    smooth = [
        CalibrationRow(predicted, observed, low, high)
        for predicted, observed, low, high in curve[names].to_numpy(dtype=float).tolist()
    ]
    points = [
        CalibrationRow(1 - predicted, 1 - observed, 1 - high, 1 - low, int(n))
        for n, predicted, observed, low, high in groups[["n", *names]]
        .to_numpy(dtype=float)
        .tolist()
        if n >= least
    ]
    return smooth, points[::-1]


def calibration_csv(
    smooth: Sequence[CalibrationRow], points: Sequence[CalibrationRow]
) -> pd.DataFrame:
    """Return both as one table: ``kind, predicted, observed, low, high, n``."""
    rows = [
        (kind, row.predicted, row.observed, row.low, row.high, row.n)
        for kind, part in (("curve", smooth), ("group", points))
        for row in part
    ]
    return pd.DataFrame(rows, columns=["kind", "predicted", "observed", "low", "high", "n"])


def survival_calibration(
    smooth: Sequence[CalibrationRow],
    points: Sequence[CalibrationRow],
    risks: Sequence[float],
    *,
    x_axis: str,
    y_axis: str,
    label: str,
) -> Markup:
    """Draw observed over predicted risk, from 0 to a round value above the predictions.

    Args:
        smooth: From :func:`calibration_rows`; may be empty.
        points: From :func:`calibration_rows`.
        risks: Predicted risk of every case, for the histogram below.
        x_axis: Title of the horizontal axis.
        y_axis: Title above the plot.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    drawn = [v for row in (*smooth, *points) for v in (row.predicted, row.observed, row.high)]
    most = panel.rounded_up(max([v for v in drawn if math.isfinite(v)], default=1.0))
    across = svg.Axis(0.0, most, LEFT, WIDTH - RIGHT)
    up = svg.Axis(0.0, most, HEIGHT - BOTTOM, TOP)
    parts = [svg.text(8, 16, y_axis, "title"), *panel.grid(across, up)]
    parts.append(svg.line(across(0), up(0), across(most), up(most), "reference"))
    parts.append(panel.band([(r.predicted, r.low, r.high) for r in smooth], across, up, "band s1"))
    parts.append(svg.polyline([(across(r.predicted), up(r.observed)) for r in smooth], "series s1"))
    for row in points:
        if not math.isfinite(row.observed):
            continue
        x = across(row.predicted)
        if math.isfinite(row.low) and math.isfinite(row.high):
            parts.append(svg.line(x, up(row.low), x, up(row.high), "interval baseline"))
        parts.append(svg.tag("circle", cx=x, cy=up(row.observed), r=5, class_="mark baseline"))
    parts += _histogram(risks, across)
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(svg.text(middle, HEIGHT - BOTTOM + 38, x_axis, "title", "middle"))
    return svg.drawing(WIDTH, HEIGHT, label, parts)


def _histogram(risks: Sequence[float], across: svg.Axis) -> list[Markup]:
    """Return bars of how many cases have a predicted risk; those beyond the axis in the last."""
    edges = np.linspace(0.0, across.high, BINS + 1)
    counts = np.histogram(np.minimum(risks, across.high), edges)[0]
    # Bars of few cases are left away: a bar at an extreme risk is a person.
    counts = np.where(counts >= LEAST, counts, 0)
    base, tallest = HEIGHT - 10, max(int(counts.max(initial=0)), 1)
    return [
        svg.tag(
            "rect",
            x=across(float(left)) + 0.8,
            y=base - 34.0 * count / tallest,
            width=across(float(right)) - across(float(left)) - 1.6,
            height=34.0 * count / tallest,
            class_="bar",
        )
        for left, right, count in zip(edges, edges[1:], counts.tolist(), strict=False)
        if count
    ]
