"""Significance map: which pairs can be told apart after adjustment for all pairs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows, svg
from workbench.report.plots.grid import Grid

TOP, KEY = 24, 76
SIGNS = (
    "+: row better than column, adjusted p at most {alpha}",
    "−: row worse than column, adjusted p at most {alpha}",
    "no sign: cannot be told apart",
    "outlined: cannot be told apart from the leader",
)
"""What the signs mean, in English."""


def significance(
    pairs: pd.DataFrame,
    order: Sequence[str],
    *,
    tied: Collection[str],
    label: str,
    larger_is_better: bool,
    level: float = 0.95,
    signs: Sequence[str] = SIGNS,
) -> Markup:
    """Draw the adjusted p-values of all pairs as a map; row against column.

    Blue with ``+``: the row is better than the column; orange with ``−``: worse; no sign: the
    data cannot tell them apart. With few algorithms the adjusted p-value is written.

    Args:
        pairs: Columns first, second, difference (first minus second), adjusted; one task.
        order: Algorithms, best first.
        tied: Algorithms not separable from the leader; outlined in the leader's row and column.
        label: Text alternative of the plot.
        larger_is_better: Direction of the difference.
        level: Pairs with an adjusted p-value of at most ``1 - level`` are told apart.
        signs: What the signs mean, in the language of the page; ``{alpha}`` is put in.

    Returns:
        One ``<svg>`` element.
    """
    alpha = round(1 - level, 12)
    place = {name: i for i, name in enumerate(order)}
    room = rows.WIDTH - rows.LEFT - rows.RIGHT
    size = min(64.0, room / max(len(order), 1))
    grid = Grid(rows.LEFT, TOP, size, size if len(order) > 8 else min(size, 36.0))
    numbers = [str(i + 1) for i in range(len(order))]
    parts = rows.names(order, TOP, grid.height) + grid.headings(numbers, TOP - 7)
    parts += [grid.cell(i, i, 0.35, "self") for i in range(len(order))]
    for row in pairs.itertuples(index=False):
        if row.first not in place or row.second not in place:
            continue
        i, j = place[str(row.first)], place[str(row.second)]
        better = (float(str(row.difference)) > 0) == larger_is_better
        p = float(str(row.adjusted))
        parts += _cell(grid, i, j, p, better=better, alpha=alpha)
        parts += _cell(grid, j, i, p, better=not better, alpha=alpha)
    parts += _outline(grid, [place[name] for name in order if name in tied])
    bottom = TOP + grid.height * len(order)
    lines = [words.format(alpha=f"{alpha:g}") for words in signs]
    return svg.drawing(rows.WIDTH, bottom + KEY, label, parts + rows.key(lines, bottom + 18))


def _cell(
    grid: Grid, row: int, column: int, p: float, *, better: bool, alpha: float
) -> list[Markup]:
    """Return one cell: shade, sign and, where there is room, the p-value."""
    apart = p <= alpha
    parts = [grid.cell(row, column, 1.0, "right" if better else "wrong")] if apart else []
    sign = ("+" if better else "−") if apart else ""
    if grid.width >= 56 and p == p:
        value = "<.001" if p < 0.001 else f"{p:.3f}".lstrip("0") if p < 1 else "1"
        parts.append(grid.word(row, column, f"{sign} {value}".strip()))
    elif grid.width >= 11 and sign:
        parts.append(grid.word(row, column, sign))
    return parts


def _outline(grid: Grid, members: Sequence[int]) -> list[Markup]:
    """Return frames around the tie group in the leader's row and column."""
    if not members:
        return []
    leader, found = min(members), []
    for start, length in _runs(sorted(members)):
        for along, across in (((leader, start), (1, length)), ((start, leader), (length, 1))):
            found.append(
                svg.tag(
                    "rect",
                    x=grid.left + grid.width * along[1],
                    y=grid.top + grid.height * along[0],
                    width=grid.width * across[1],
                    height=grid.height * across[0],
                    class_="outline",
                )
            )
    return found


def _runs(places: Sequence[int]) -> list[tuple[int, int]]:
    """Return runs of neighbouring places as start and length.

    >>> _runs([0, 1, 3])
    [(0, 2), (3, 1)]
    """
    found: list[tuple[int, int]] = []
    for place in places:
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found
