"""Heat map of rates, such as organ class by substance; a suppressed cell says that it is one."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows as shared
from workbench.report.plots import svg
from workbench.report.plots.grid import Grid

SLANT, UPRIGHT = 96, 132
"""Room for headings at a slant, and upright where columns are thin."""
THIN = 26.0
DIGIT = 7.4
"""Room of a digit: where the longest number does not fit, none is written."""
HIDDEN = "×"


def heatmap_csv(table: pd.DataFrame) -> pd.DataFrame:
    """Return the cells as a long table ``row, column, rate, hidden``; hidden ones have no rate.

    Args:
        table: Columns ``row, column, rate`` and ``hidden``.
    """
    shown = table[["row", "column", "rate", "hidden"]].copy()
    shown["rate"] = shown["rate"].mask(shown["hidden"].astype(bool))
    return shown.reset_index(drop=True)


def rate_heatmap(table: pd.DataFrame, *, label: str, words: str) -> Markup:
    """Draw a cell a pair, shaded by the logarithm of its rate.

    Rates differ by orders of magnitude, so the shade follows the logarithm, from the smallest rate
    above 0 to the largest. A cross is a suppressed cell: its shade says nothing about it. A dash is
    a pair without a rate.

    Args:
        table: Columns ``row, column, rate, hidden``; one line a pair, in the order of drawing.
        label: Text alternative of the plot.
        words: Below the plot: unit of the rates and the meaning of cross and dash.

    Returns:
        One ``<svg>`` element.
    """
    shown = heatmap_csv(table)
    names, columns = list(dict.fromkeys(shown["row"])), list(dict.fromkeys(shown["column"]))
    rates = shown.pivot(index="row", columns="column", values="rate").loc[names, columns]
    hidden = shown.assign(hidden=shown["hidden"].astype(float)).pivot(
        index="row", columns="column", values="hidden"
    )
    covered = hidden.loc[names, columns].to_numpy(float) == 1
    height = shared.row_height(len(names), 30)
    width = (shared.WIDTH - shared.LEFT - shared.RIGHT) / max(len(columns), 1)
    top = UPRIGHT if width < THIN else SLANT
    grid = Grid(shared.LEFT, top, width, height)
    parts = shared.names([str(name) for name in names], top, height)
    parts += _headings([str(name) for name in columns], grid)
    values = rates.to_numpy(float)
    shares = _shares(values)
    most = max([len(_written(v)) for v in values[np.isfinite(values)].tolist()], default=0)
    wide = grid.width >= max(THIN + 4, DIGIT * most)
    for i, j in np.ndindex(values.shape):
        parts.append(grid.cell(i, j, float(shares[i, j])))
        if covered[i, j]:
            parts.append(grid.word(i, j, HIDDEN, "share none"))
        elif not math.isfinite(values[i, j]):
            parts.append(grid.word(i, j, "–", "share none"))
        elif wide:
            parts.append(grid.word(i, j, _written(float(values[i, j]))))
    bottom = top + height * len(names)
    parts.append(svg.text(shared.WIDTH / 2, bottom + 20, words, "title", "middle"))
    return svg.drawing(shared.WIDTH, bottom + 30, label, parts)


def _written(rate: float) -> str:
    """Return a rate with three figures at most, large ones whole.

    >>> _written(5432.1), _written(5.4321)
    ('5,432', '5.43')
    """
    return f"{rate:,.0f}" if rate >= 100 else f"{rate:.3g}"


def _shares(values: np.ndarray) -> np.ndarray:
    """Return the shade of each rate: 0.1 for the smallest above 0, 1 for the largest."""
    above = values[np.isfinite(values) & (values > 0)]
    if not len(above):
        return np.zeros(values.shape)
    low, high = float(np.log(above.min())), float(np.log(above.max()))
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 0.1 + 0.9 * (np.log(values) - low) / max(high - low, 1e-9)
    return np.where(np.isfinite(share), share, 0.0)


def _headings(columns: list[str], grid: Grid) -> list[Markup]:
    """Return names above the columns, slanted so that long ones have room; upright over thin."""
    parts, thin = [], grid.width < THIN
    for place, name in enumerate(columns):
        x, y = grid.middle(place) - (4 if thin else 0), grid.top - 8
        written = Markup("").join([svg.shorten(name, 116), svg.tag("title", name)])
        turn = f"rotate({90 if thin else 50} {x:.2f} {y:.2f})"
        parts.append(
            svg.tag("text", written, x=x, y=y, class_="tick", transform=turn, text_anchor="end")
        )
    return parts
