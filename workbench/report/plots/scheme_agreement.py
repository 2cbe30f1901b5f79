"""Agreement of ranking schemes: Kendall's tau-b between all of them."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows, svg
from workbench.report.plots.grid import Grid, square
from workbench.report.plots.rank_lines import letters

TOP, LEFT, ROW = 24, 212, 30


def scheme_agreement(agreement: pd.DataFrame, *, label: str) -> Markup:
    """Draw Kendall's tau-b between all schemes, a darker cell is a closer agreement.

    Args:
        agreement: Columns scheme_a, scheme_b, tau; one task. NaN is written as a dash.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    names = list(dict.fromkeys(agreement["scheme_a"].astype(str)))
    wide = agreement.pivot(index="scheme_a", columns="scheme_b", values="tau").loc[names, names]
    grid = Grid(LEFT, TOP, min(48.0, (rows.WIDTH - LEFT - 6) / max(len(names), 1)), ROW)
    parts = grid.headings(letters(names), TOP - 7)
    parts += square(wide.to_numpy(dtype=float).tolist(), grid, _written)
    for i, (letter, name) in enumerate(zip(letters(names), names, strict=False)):
        y = TOP + ROW * (i + 0.5) + 4.5
        parts.append(svg.text(4, y, letter, "title"))
        parts.append(svg.text(20, y, rows.cut(name, LEFT - 20), "tick"))
    return svg.drawing(rows.WIDTH, TOP + ROW * len(names) + 6, label, parts)


def _written(tau: float) -> str:
    """Return a coefficient that fits a cell.

    >>> _written(0.604), _written(-0.001), _written(1.0)
    ('.60', '.00', '1')
    """
    return "1" if tau == 1 else f"{round(tau, 2) + 0.0:.2f}".replace("0.", ".").replace("-", "−")
