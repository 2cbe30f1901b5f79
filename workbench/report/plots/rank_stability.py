"""Stability of the ranking: Kendall's tau of every bootstrap ranking with the full one."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows, svg
from workbench.report.words import level as percent_level
from workbench.report.words import number

TOP, ROW, TALL, BINS, MARGIN = 4, 84, 44.0, 40, 14


def rank_stability(stability: pd.DataFrame, *, label: str, level: float = 0.95) -> Markup:
    """Draw the distribution of Kendall's tau for each task on one axis.

    The line runs over the central ``level`` of the resamples, the bar across it is the median.

    Args:
        stability: Columns task, tau; NaN (a ranking that ties everybody) is counted, not drawn.
        label: Text alternative of the plot.
        level: Share of the resamples within the line.

    Returns:
        One ``<svg>`` element.
    """
    tau = stability["tau"].to_numpy(dtype=float)
    lowest = float(np.nanmin(tau)) if np.isfinite(tau).any() else 0.0
    low = max(-1.0, np.floor(5 * min(lowest, 0.8)) / 5)
    scale = svg.Axis(low - 0.02, 1.02, MARGIN, rows.WIDTH - MARGIN)
    groups = list(stability.groupby("task", sort=False)["tau"])
    bottom = TOP + ROW * len(groups)
    title = "Kendall's tau with the full ranking (1: the same order)"
    parts = rows.value_axis(scale, TOP, bottom, title)
    for place, (task, part) in enumerate(groups):
        parts += _row(str(task), part.to_numpy(dtype=float), scale, TOP + ROW * place, level)
    return svg.drawing(rows.WIDTH, bottom + rows.AXIS, label, parts)


def _row(task: str, tau: np.ndarray, scale: svg.Axis, top: float, level: float) -> list[Markup]:
    """Return the words, the bars and the interval of one task."""
    finite = tau[np.isfinite(tau)]
    base = top + 24 + TALL
    if not len(finite):
        return [
            svg.text(
                MARGIN,
                top + 16,
                f"{task}: undefined, as everybody is tied".removeprefix(": "),
                "label",
            )
        ]
    tail = (1 - level) / 2
    low, middle, high = (float(q) for q in np.quantile(finite, [tail, 0.5, 1 - tail]))
    lost = len(tau) - len(finite)
    words = (
        f"median {number(middle, 2)}, {percent_level(level)} {number(low, 2)} to {number(high, 2)}"
    )
    words += f"; {lost} undefined" if lost else ""
    room = rows.WIDTH - 2 * MARGIN - 7 * len(words)
    counts, edges = np.histogram(finite, bins=BINS, range=(scale.low, scale.high))
    parts = [
        svg.text(MARGIN, top + 16, rows.cut(task, room) if task else "", "label"),
        svg.text(rows.WIDTH - MARGIN, top + 16, words, "value", "end"),
    ]
    for count, left, right in zip(counts, edges[:-1], edges[1:], strict=True):
        if count:
            x, tall = scale(float(left)) + 0.5, TALL * float(count / counts.max())
            width = scale(float(right)) - scale(float(left)) - 1
            parts.append(
                svg.tag("rect", x=x, y=base - tall, width=width, height=tall, class_="bar model")
            )
    y = base + 7
    parts.append(svg.line(scale(low), y, scale(high), y, "interval ink"))
    parts.append(svg.line(scale(middle), y - 6, scale(middle), y + 6, "median"))
    return parts
