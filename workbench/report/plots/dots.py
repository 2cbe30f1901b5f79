"""Dot-and-box plot: the values of all cases, one row an algorithm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from workbench.report.plots import rows, svg

MOST_DOTS = 4000
TOP = 6


def dots(cases: pd.DataFrame, order: Sequence[str], *, axis: str, label: str) -> Markup:
    """Draw the values of the cases as dots, with a box from quartile to quartile.

    Whiskers end at the last value within 1.5 box lengths (Tukey 1977). With more than 4,000 values
    the dots are evenly spaced in rank, extremes included; boxes always stand on all values.

    Args:
        cases: Columns algorithm, value; one task. NaN is left out.
        order: Algorithms, best first.
        axis: Title of the axis, with unit and direction.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    groups = {name: part.to_numpy() for name, part in cases.groupby("algorithm")["value"]}
    values = [np.sort(groups[name][np.isfinite(groups[name])]) for name in order]
    everything = np.concatenate(values) if values else np.zeros(0)
    scale = svg.Axis.around(everything.tolist(), rows.LEFT, rows.WIDTH - rows.RIGHT, pad=0.03)
    height = rows.row_height(len(order), 34)
    bottom = TOP + height * len(order)
    parts = rows.value_axis(scale, TOP, bottom, axis) + rows.names(order, TOP, height)
    parts += rows.stripes(len(order), TOP, height)
    most = max(20, MOST_DOTS // max(len(order), 1))
    for place, ordered in enumerate(values):
        if len(ordered):
            parts += _row(ordered, scale, TOP + height * (place + 0.5), height, most)
    return svg.drawing(rows.WIDTH, bottom + rows.AXIS, label, parts)


def thinned(ordered: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return at most ``most`` sorted values, evenly spaced in rank, with both extremes.

    >>> thinned(np.arange(11.0), 3).tolist()
    [0.0, 5.0, 10.0]
    """
    if len(ordered) <= most:
        return ordered
    return np.asarray(ordered[np.linspace(0, len(ordered) - 1, most).round().astype(int)])


def box(ordered: NDArray[np.float64]) -> tuple[float, float, float, float, float]:
    """Return whisker, quartile, median, quartile and whisker of sorted values.

    >>> box(np.array([0.0, 1.0, 2.0, 3.0, 4.0, 99.0]))
    (0.0, 1.25, 2.5, 3.75, 4.0)
    """
    low, middle, high = (float(q) for q in np.quantile(ordered, [0.25, 0.5, 0.75]))
    reach = 1.5 * (high - low)
    inside = ordered[(ordered >= low - reach) & (ordered <= high + reach)]
    return float(inside[0]), low, middle, high, float(inside[-1])


def _row(
    ordered: NDArray[np.float64], scale: svg.Axis, y: float, height: float, most: int
) -> list[Markup]:
    """Return the dots and the box of one algorithm."""
    shown = thinned(ordered, most)
    # The golden ratio spreads neighbours in value over the row, the same way every time.
    heights = y + ((np.arange(len(shown)) * 0.618034) % 1.0 - 0.5) * height * 0.7
    path = "".join(f"M{scale(x):.1f} {h:.1f}h0" for x, h in zip(shown, heights, strict=True))
    left, low, middle, high, right = (scale(value) for value in box(ordered))
    half = height * 0.3
    return [
        svg.tag("path", d=path, class_="dots"),
        svg.line(left, y, low, y, "whisker"),
        svg.line(high, y, right, y, "whisker"),
        svg.tag("rect", x=low, y=y - half, width=high - low, height=2 * half, class_="box"),
        svg.line(middle, y - half, middle, y + half, "median"),
    ]
