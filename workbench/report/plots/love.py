"""Love plot: how far covariates lie apart between groups, before and after weighting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from workbench.report.plots import rows as shared
from workbench.report.plots import svg

TOP = 34


@dataclass(frozen=True)
class LoveRow:
    """One covariate.

    Attributes:
        covariate: Its name.
        before: Standardised mean difference before weighting, signed; NaN where undefined.
        after: After weighting.
    """

    covariate: str
    before: float
    after: float


def love_rows(table: pd.DataFrame) -> list[LoveRow]:
    """Return the rows of a table with ``covariate, before, after``, the largest before first.

    >>> table = pd.DataFrame({"covariate": ["a", "b"], "before": [0.1, -0.4], "after": [0, 0.02]})
    >>> [row.covariate for row in love_rows(table)]
    ['b', 'a']
    """
    ordered = table.iloc[(-table["before"].abs()).argsort(kind="stable")]
    return [
        LoveRow(str(name), float(before), float(after))
        for name, before, after in zip(
            ordered["covariate"], ordered["before"], ordered["after"], strict=True
        )
    ]


def love_csv(rows: Sequence[LoveRow]) -> pd.DataFrame:
    """Return the rows as a table: ``covariate, before, after``."""
    return pd.DataFrame(
        [(row.covariate, row.before, row.after) for row in rows],
        columns=["covariate", "before", "after"],
    )


def love(
    rows: Sequence[LoveRow],
    *,
    label: str,
    most: float = 0.1,
    axis: str = "absolute standardised mean difference",
    words: tuple[str, str] = ("before", "after weighting"),
) -> Markup:
    """Draw absolute differences before (open disc) and after (full disc), a covariate a row.

    Args:
        rows: From :func:`love_rows`, drawn in this order.
        label: Text alternative of the plot.
        most: Largest difference that counts as balanced, drawn as a dashed line.
        axis: Title of the axis.
        words: What the open and the full disc are called.

    Returns:
        One ``<svg>`` element.
    """
    values = [abs(v) for row in rows for v in (row.before, row.after) if math.isfinite(v)]
    high = max([*values, most]) * 1.06
    scale = svg.Axis(0.0, high, shared.LEFT, shared.WIDTH - shared.RIGHT)
    height = shared.row_height(len(rows), 26)
    bottom = TOP + height * len(rows)
    parts = _key(words) + shared.value_axis(scale, TOP, bottom, axis)
    parts += shared.stripes(len(rows), TOP, height)
    parts.append(svg.line(scale(most), TOP, scale(most), bottom, "reference"))
    radius = min(5.5, height * 0.32)
    for place, row in enumerate(rows):
        y = TOP + height * (place + 0.5)
        parts.append(_name(row.covariate, y + 4.5))
        parts += _marks(row, scale, y, radius)
    return svg.drawing(shared.WIDTH, bottom + shared.AXIS, label, parts)


def _key(words: tuple[str, str]) -> list[Markup]:
    """Return the meaning of the two discs."""
    second = shared.LEFT + 34 + 8.0 * len(words[0])
    return [
        svg.tag("circle", cx=shared.LEFT + 6, cy=14, r=5.5, class_="before"),
        svg.text(shared.LEFT + 18, 19, words[0]),
        svg.tag("circle", cx=second, cy=14, r=5.5, class_="after"),
        svg.text(second + 12, 19, words[1]),
    ]


def _name(covariate: str, y: float) -> Markup:
    """Return a covariate's name; where it is cut the whole of it shows under the pointer."""
    written = shared.cut(covariate, shared.LEFT - 12)
    content = (
        written if written == covariate else Markup("").join([written, svg.tag("title", covariate)])
    )
    return svg.text(4, y, content, "name")


def _marks(row: LoveRow, scale: svg.Axis, y: float, radius: float) -> list[Markup]:
    """Return both discs of a covariate and the line between them."""
    ends = [scale(abs(v)) if math.isfinite(v) else None for v in (row.before, row.after)]
    parts = []
    if ends[0] is not None and ends[1] is not None:
        parts.append(svg.line(ends[0], y, ends[1], y, "moved"))
    for x, class_ in zip(ends, ("before", "after"), strict=True):
        if x is not None:
            parts.append(svg.tag("circle", cx=x, cy=y, r=radius, class_=class_))
    return parts
