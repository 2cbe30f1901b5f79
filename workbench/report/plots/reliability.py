"""Reliability plot: what probabilities promised against what happened."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from markupsafe import Markup

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
    """Group probabilities into equally wide bins; empty bins are left out.

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
    groups: dict[int, list[tuple[float, bool]]] = {}
    for probability, event in zip(probabilities, events, strict=True):
        groups.setdefault(min(int(probability * bins), bins - 1), []).append((probability, event))
    found = []
    for index, group in sorted(groups.items()):
        hits = sum(event for _, event in group)
        low, high = wilson(hits, len(group), level)
        mean = math.fsum(p for p, _ in group) / len(group)
        found.append(
            ReliabilityBin(
                index / bins, (index + 1) / bins, len(group), mean, hits / len(group), low, high
            )
        )
    return found


def wilson(hits: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """Return the Wilson score interval of a share (Wilson 1927; Newcombe 1998, method 3).

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = hits / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


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
