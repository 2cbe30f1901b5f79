"""Shares of equal bins as bars, beside the share each would have if all were alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import panel, svg

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 460, 280, 62, 14, 30, 48


@dataclass(frozen=True)
class ShareBar:
    """One bin.

    Attributes:
        low: Lower edge.
        high: Upper edge.
        share: Of the cases, 0 to 1.
    """

    low: float
    high: float
    share: float


def shares_csv(bars: Sequence[ShareBar]) -> pd.DataFrame:
    """Return the bars as a table: ``low, high, share``."""
    return pd.DataFrame(
        [(one.low, one.high, one.share) for one in bars], columns=["low", "high", "share"]
    )


def shares(bars: Sequence[ShareBar], *, x_axis: str, y_axis: str, label: str) -> Markup:
    """Draw the bars; the dashed line is one over their number.

    Args:
        bars: Of equal width, from low to high.
        x_axis: Title of the horizontal axis.
        y_axis: Title above the plot.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    even = 1.0 / len(bars)
    across = svg.Axis(bars[0].low, bars[-1].high, LEFT, WIDTH - RIGHT)
    most = panel.rounded_up(1.15 * max(even, *(one.share for one in bars)))
    up = svg.Axis(0.0, most, HEIGHT - BOTTOM, TOP)
    parts = [svg.text(8, 16, y_axis, "title"), *panel.grid(across, up)]
    parts += [
        svg.tag(
            "rect",
            x=across(one.low) + 1.5,
            y=up(one.share),
            width=across(one.high) - across(one.low) - 3,
            height=up(0.0) - up(one.share),
            class_="bar",
        )
        for one in bars
    ]
    parts.append(svg.line(LEFT, up(even), WIDTH - RIGHT, up(even), "reference"))
    parts.append(svg.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x_axis, "title", "middle"))
    return svg.drawing(WIDTH, HEIGHT, label, parts)
