"""Heatmap of ranks: in what share of the cases an algorithm had which rank."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from workbench.report.plots import rows, svg
from workbench.report.plots.grid import Grid

TOP, MOST = 24, 20


def rank_shares(cases: pd.DataFrame, order: Sequence[str]) -> NDArray[np.float64]:
    """Return the share of cases for every algorithm (rows) and rank (columns).

    A rank between two, such as 1.5, counts half to each.

    >>> frame = pd.DataFrame({"algorithm": ["a", "b", "a", "b"], "rank": [1, 2, 1.5, 1.5]})
    >>> rank_shares(frame, ["a", "b"]).tolist()
    [[0.75, 0.25], [0.25, 0.75]]
    """
    place = {name: i for i, name in enumerate(order)}
    kept = cases[cases["rank"].notna() & cases["algorithm"].isin(place)]
    row = kept["algorithm"].map(place).to_numpy(dtype=int)
    rank = kept["rank"].to_numpy(dtype=float)
    found = np.zeros((len(order), max(len(order), int(np.ceil(rank.max(initial=1))))))
    np.add.at(found, (row, np.floor(rank).astype(int) - 1), 0.5)
    np.add.at(found, (row, np.ceil(rank).astype(int) - 1), 0.5)
    return np.asarray(found / np.maximum(found.sum(axis=1, keepdims=True), 1e-300))


def rank_heatmap(cases: pd.DataFrame, order: Sequence[str], *, label: str) -> Markup:
    """Draw the ranks within the cases; a cell is shaded by its share of the algorithm's cases.

    The shade grows with the square root of the share; the darkest is the largest on the plot. Many
    ranks are counted in groups, so that no more than twenty columns are drawn.

    Args:
        cases: Columns algorithm, rank (within the case); one task.
        order: Algorithms, best first.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    exact = rank_shares(cases, order)
    wide, columns = rows.bins(exact.shape[1], MOST)
    shares = np.add.reduceat(exact, np.arange(0, exact.shape[1], wide), axis=1)
    most = float(shares.max(initial=0.0)) or 1.0
    height = rows.row_height(len(order), 34)
    grid = Grid(rows.LEFT, TOP, (rows.WIDTH - rows.LEFT - rows.RIGHT) / shares.shape[1], height)
    parts = rows.names(order, TOP, height)
    parts += grid.headings(columns, TOP - 7, room=18 if wide == 1 else 44)
    for i, j in np.argwhere(shares > 0).tolist():
        parts.append(grid.cell(i, j, (float(shares[i, j]) / most) ** 0.5))
        if grid.width >= 24:
            parts.append(grid.word(i, j, f"{100 * shares[i, j]:.0f}"))
    bottom = TOP + height * len(order)
    parts += rows.stripes(len(order), TOP, height)
    words = "rank within the case; shade: share of cases" + (", in %" if grid.width >= 24 else "")
    parts.append(svg.text(rows.WIDTH / 2, bottom + 20, words, "title", "middle"))
    return svg.drawing(rows.WIDTH, bottom + 28, label, parts)
