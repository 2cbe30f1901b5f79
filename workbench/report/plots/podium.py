"""Podium plot: how the cases rank the algorithms, joined from algorithm to algorithm."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from workbench.report.plots import rows, svg

TOP, ROW, MOST = 10, 46, 12
PLACES = 12


def podium(cases: pd.DataFrame, order: Sequence[str], *, label: str) -> Markup:
    """Draw the rank each case gives to each algorithm, with lines that follow the cases.

    A disc's area is the share of cases with that rank. A line joins two ranks that the same cases
    gave to neighbouring rows; its thickness is the share of these cases, so that all cases are
    drawn however many there are. Only the twelve leaders are drawn, and many ranks are counted in
    groups, at most twelve.

    Args:
        cases: Columns case, algorithm, rank (within the case); one task.
        order: Algorithms, best first.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    shown = list(order[:MOST])
    wide, columns = rows.bins(len(order), PLACES)
    ranks = cases.pivot(index="case", columns="algorithm", values="rank")[shown].to_numpy()
    table = ranks if wide == 1 else np.ceil(ranks / wide)
    scale = rows.rank_axis(len(columns))
    bottom = TOP + ROW * len(shown)
    every = 1 if wide == 1 else -(-len(columns) // 6)
    ticks = [(float(i + 1), columns[i]) for i in range(0, len(columns), every)]
    parts = rows.value_axis(scale, TOP, bottom, "rank within the case", ticks)
    parts += rows.names(shown, TOP, ROW)
    for place in range(len(shown) - 1):
        parts += _joined(table[:, place : place + 2], scale, place)
    for place in range(len(shown)):
        for (rank,), share in _shares(table[:, [place]]):
            x, y, radius = scale(rank), TOP + ROW * (place + 0.5), 15.0 * share**0.5
            parts.append(svg.tag("circle", cx=x, cy=y, r=max(radius, 1.5), class_="disc"))
    return svg.drawing(rows.WIDTH, bottom + rows.AXIS, label, parts)


def _shares(ranks: NDArray[np.float64]) -> list[tuple[list[float], float]]:
    """Return the rows that occur, sorted, with the share of cases of each."""
    known = ranks[~np.isnan(ranks).any(axis=1)]
    found, counts = np.unique(known, axis=0, return_counts=True)
    shares = (counts / max(len(known), 1)).tolist()
    return list(zip(found.tolist(), shares, strict=True))


def _joined(ranks: NDArray[np.float64], scale: svg.Axis, place: int) -> list[Markup]:
    """Return the lines between two rows, as thick as their share of the cases."""
    y = TOP + ROW * (place + 0.5)
    return [
        svg.tag(
            "line",
            x1=scale(start),
            y1=y,
            x2=scale(end),
            y2=y + ROW,
            class_="joined",
            stroke_width=max(0.35, 14.0 * share),
        )
        for (start, end), share in _shares(ranks)
    ]
