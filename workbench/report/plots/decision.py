"""Decision curve: net benefit over the risk from which one acts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import panel, svg

WIDTH, LEFT, RIGHT, PLOT = 460, 62, 14, 250
MOST = 4
"""Most curves of one plot: more are not told apart."""


@dataclass(frozen=True)
class BenefitCurve:
    """Net benefit of one way to act.

    Attributes:
        name: Of the model, or of acting on everybody.
        points: ``(threshold, net benefit, low, high)``, rising; NaN where it is not shown.
    """

    name: str
    points: Sequence[tuple[float, float, float, float]]


def decision_csv(curves: Sequence[BenefitCurve]) -> pd.DataFrame:
    """Return the curves as one table: ``name, threshold, net_benefit, low, high``."""
    rows = [(one.name, *point) for one in curves for point in one.points]
    return pd.DataFrame(rows, columns=["name", "threshold", "net_benefit", "low", "high"])


def decision_plot(
    curves: Sequence[BenefitCurve], *, x_axis: str, y_axis: str, label: str
) -> Markup:
    """Draw up to four curves; acting on nobody is the dashed line at 0.

    Curves far below 0 leave the plot: it shows where acting may be worth something.

    Args:
        curves: The model first.
        x_axis: Title of the thresholds.
        y_axis: Title above the plot.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.

    Raises:
        ValueError: More than four curves.
    """
    if len(curves) > MOST:
        raise ValueError(f"at most {MOST} curves can be told apart, got {len(curves)}")
    points = [point for one in curves for point in one.points if math.isfinite(point[1])]
    highest = max([max(point[1], point[3] if math.isfinite(point[3]) else 0.0) for point in points])
    rows = panel.key_rows([one.name for one in curves], WIDTH)
    top = 24.0 + panel.KEY * len(rows)
    across = svg.Axis(0.0, max(point[0] for point in points), LEFT, WIDTH - RIGHT)
    up = svg.Axis(-0.25 * max(highest, 1e-6), 1.08 * max(highest, 1e-6), top + PLOT, top)
    parts = [svg.text(8, 16, y_axis, "title"), *panel.keys(rows), *panel.grid(across, up)]
    parts.append(svg.line(LEFT, up(0.0), WIDTH - RIGHT, up(0.0), "reference"))
    for place, one in enumerate(curves, start=1):
        shown = [point for point in one.points if math.isfinite(point[1]) and point[1] >= up.low]
        band = [(x, max(low, up.low), high) for x, _, low, high in shown]
        parts.append(panel.band(band, across, up, f"band s{place}"))
        parts.append(svg.polyline([(across(p[0]), up(p[1])) for p in shown], f"series s{place}"))
    parts.append(svg.text((LEFT + WIDTH - RIGHT) / 2, top + PLOT + 36, x_axis, "title", "middle"))
    return svg.drawing(WIDTH, top + PLOT + 44, label, parts)
