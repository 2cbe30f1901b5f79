"""Reliability plot: what probabilities promised against what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.metrics.calibration import reliability_table
from workbench.metrics.counts import wilson
from workbench.report.plots import svg

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 380, 380, 50, 12, 12, 96


@dataclass(frozen=True)
class ReliabilityBin:
    """Cases whose probability fell between two values.

    Attributes:
        low: Lower edge of the bin.
        high: Upper edge of the bin.
        n: Number of cases in it.
        mean: Mean probability of these cases.
        observed: Share of them for which the event came true.
        observed_low: Lower end of the Wilson interval of that share.
        observed_high: Upper end of the Wilson interval of that share.
    """

    low: float
    high: float
    n: int
    mean: float
    observed: float
    observed_low: float
    observed_high: float


def reliability_bins(
    probabilities: Sequence[float], events: Sequence[bool], *, bins: int = 5, level: float = 0.95
) -> list[ReliabilityBin]:
    """Group probabilities into equally wide bins, closed above; empty bins are left out.

    Args:
        probabilities: Probability of the event for each case, 0 to 1.
        events: Whether the event came true.
        bins: Number of equally wide bins between 0 and 1.
        level: Level of the Wilson intervals; cases count as independent.

    Returns:
        The bins that hold cases, from low to high.

    >>> [(b.n, b.observed) for b in reliability_bins([0.1, 0.9, 0.95], [False, True, False])]
    [(1, 0.0), (2, 0.5)]
    """
    hits = [int(event) for event in events]
    table = reliability_table(hits, probabilities, bins=bins)
    found = []
    for row in table.to_dict("records"):
        n, observed = int(row["n"]), float(row["observed"])
        ends = wilson(round(observed * n), n, level)
        edges = row["bin"] / bins, (row["bin"] + 1) / bins
        found.append(ReliabilityBin(*edges, n, float(row["stated"]), observed, *ends))
    return found


def reliability(bins: Sequence[ReliabilityBin], *, x_axis: str, y_axis: str, label: str) -> Markup:
    """Draw observed shares over mean probabilities, with the number of cases of each bin below.

    Args:
        bins: From :func:`reliability_bins`.
        x_axis: Title of the horizontal axis.
        y_axis: Title of the vertical axis, written above the plot.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    across = svg.Axis(0.0, 1.0, LEFT, WIDTH - RIGHT)
    up = svg.Axis(0.0, 1.0, HEIGHT - BOTTOM, TOP + 20)
    parts = [svg.text(LEFT, 16, y_axis, "title"), *_grid(across, up)]
    parts.append(svg.line(across(0), up(0), across(1), up(1), "reference"))
    most = max((one.n for one in bins), default=1)
    for one in bins:
        x, tall = across(one.mean), 26.0 * one.n / most
        base = HEIGHT - 18
        left, right = across(one.low) + 2, across(one.high) - 2
        parts += [
            svg.line(x, up(one.observed_low), x, up(one.observed_high), "interval model"),
            svg.tag("circle", cx=x, cy=up(one.observed), r=6, class_="mark model"),
            svg.tag("rect", x=left, y=base - tall, width=right - left, height=tall, class_="bar"),
            svg.text((left + right) / 2, HEIGHT - 3, f"n = {one.n}", "tick", "middle"),
        ]
    parts.append(
        svg.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 38, x_axis, "title", "middle")
    )
    return svg.drawing(WIDTH, HEIGHT, label, parts)


def _grid(across: svg.Axis, up: svg.Axis) -> list[Markup]:
    """Return grid lines and tick labels."""
    parts = [svg.line(LEFT, up(0), WIDTH - RIGHT, up(0), "axis")]
    for value, name in up.ticks():
        parts.append(svg.line(LEFT, up(value), WIDTH - RIGHT, up(value), "grid"))
        parts.append(svg.text(LEFT - 6, up(value) + 5, name, "tick", "end"))
    for value, name in across.ticks():
        parts.append(svg.text(across(value), HEIGHT - BOTTOM + 18, name, "tick", "middle"))
    return parts
