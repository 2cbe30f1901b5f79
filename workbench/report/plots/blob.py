"""Blob plot: the ranks of the bootstrap, with median and interval."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows, svg

TOP = 8


def blob(
    counts: pd.DataFrame,
    order: Sequence[str],
    *,
    label: str,
    level: float = 0.95,
    axis: str = "rank when the units are drawn again",
) -> Markup:
    """Draw in which share of the resamples an algorithm had which rank.

    A disc's area is the share; the line runs over the central ``level`` of the resamples, the bar
    across it is the median.

    Args:
        counts: Columns algorithm, rank, share; one task.
        order: Algorithms, best first.
        label: Text alternative of the plot.
        level: Share of the resamples within the line.
        axis: Title of the axis.

    Returns:
        One ``<svg>`` element.
    """
    scale = rows.rank_axis(max(len(order), 2))
    height = rows.row_height(len(order), 34)
    bottom = TOP + height * len(order)
    ticks = rows.rank_ticks(max(len(order), 2))
    parts = rows.value_axis(scale, TOP, bottom, axis, ticks)
    parts += rows.names(order, TOP, height) + rows.stripes(len(order), TOP, height)
    groups = dict(list(counts.sort_values("rank").groupby("algorithm")))
    for place, name in enumerate(order):
        if name in groups:
            y = TOP + height * (place + 0.5)
            parts += _row(groups[name], scale, y, height * 0.5, level)
    return svg.drawing(rows.WIDTH, bottom + rows.AXIS, label, parts)


def _row(
    part: pd.DataFrame, scale: svg.Axis, y: float, largest: float, level: float
) -> list[Markup]:
    """Return the discs of one algorithm, its interval and its median."""
    ranks, shares = part["rank"].tolist(), part["share"].tolist()
    found = [
        svg.tag("circle", cx=scale(rank), cy=y, r=max(largest * share**0.5, 0.8), class_="disc")
        for rank, share in zip(ranks, shares, strict=True)
    ]
    tail = (1 - level) / 2
    low, middle, high = (scale(rank_at(ranks, shares, q)) for q in (tail, 0.5, 1 - tail))
    found.append(svg.line(low, y, high, y, "interval ink"))
    for end in (low, high):
        found.append(svg.line(end, y - 4, end, y + 4, "interval ink"))
    found.append(svg.line(middle, y - largest * 0.8, middle, y + largest * 0.8, "median"))
    return found


def rank_at(ranks: Sequence[float], shares: Sequence[float], q: float) -> float:
    """Return the smallest rank that at least a share ``q`` of the resamples do not exceed.

    >>> rank_at([1, 2, 3], [0.5, 0.4, 0.1], 0.5), rank_at([1, 2, 3], [0.5, 0.4, 0.1], 0.95)
    (1, 3)
    """
    reached = 0.0
    for rank, share in zip(ranks, shares, strict=True):
        reached += share
        if reached >= q - 1e-9:
            return rank
    return ranks[-1]
