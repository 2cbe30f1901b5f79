"""Ranks under several ways to rank: one line an algorithm, one column a scheme or centre."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows, svg

TOP, MOST, STRONG = 26, 14, 3


def letters(names: Sequence[str]) -> list[str]:
    """Return the letters that stand for columns in :func:`rank_lines` and ``agreement``."""
    return list(ascii_uppercase[: min(len(names), MOST)])


def rank_lines(
    ranks: pd.DataFrame, order: Sequence[str], *, by: str, label: str, key: str = ""
) -> Markup:
    """Draw the rank of every algorithm in every column; lines that cross are ranks that change.

    The three leaders are drawn strong. At most fourteen columns are drawn; the letters above them
    are explained below the plot.

    Args:
        ranks: Columns algorithm, rank and the one named by ``by``; one task.
        order: Algorithms, best first.
        by: Name of the column that tells the ways to rank apart, such as ``scheme``.
        label: Text alternative of the plot.
        key: Words before each name in the key, such as ``without``.

    Returns:
        One ``<svg>`` element.
    """
    ways = list(dict.fromkeys(ranks[by].astype(str)))
    shown = ways[:MOST]
    wide = ranks.assign(way=ranks[by].astype(str))
    wide = wide.pivot(index="algorithm", columns="way", values="rank")
    table = wide.reindex(index=list(order), columns=shown).to_numpy(dtype=float)
    height = rows.row_height(len(order), 28)
    left, right = rows.LEFT + 22, rows.WIDTH - 24
    step = (right - left) / max(len(shown) - 1, 1)
    parts = rows.names(order, TOP, height)
    for column, letter in enumerate(letters(shown)):
        parts.append(svg.text(left + step * column, TOP - 9, letter, "title", "middle"))
    lines, marks = [], []
    for place in range(len(order)):
        style = "strong" if place < STRONG else "weak"
        points = [
            (left + step * i, TOP + height * (rank - 0.5))
            for i, rank in enumerate(table[place].tolist())
            if rank == rank
        ]
        start = (float(rows.LEFT), TOP + height * (place + 0.5))
        lines.append(svg.polyline([start, *points], f"line {style}"))
        marks += [_mark(x, y, (y - TOP) / height + 0.5, height, style) for x, y in points]
    bottom = TOP + height * max(len(order), 1)
    words = [
        rows.cut(f"{a}  {key} {name}".replace("  ", " "), rows.WIDTH * 1.1)
        for a, name in zip(letters(shown), shown, strict=True)
    ]
    if len(ways) > MOST:
        words.append(f"and {len(ways) - MOST} more in the table")
    parts += [*lines, *(part for mark in marks for part in mark)]
    parts += rows.key(words, bottom + 20)
    return svg.drawing(rows.WIDTH, bottom + 12 + 17 * len(words), label, parts)


def _mark(x: float, y: float, rank: float, height: float, style: str) -> list[Markup]:
    """Return the mark of one rank, with its number where there is room."""
    if height < 20:
        return [svg.tag("circle", cx=x, cy=y, r=2.5, class_=f"point {style}")]
    return [
        svg.tag("circle", cx=x, cy=y, r=9.5, class_=f"point open {style}"),
        svg.text(x, y + 4.5, f"{rank:g}", "share", "middle"),
    ]
