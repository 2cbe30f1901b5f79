"""Small pictures inside the rows of a table, on one scale for all rows: intervals and ranks.

They say nothing that the row's words do not say, so that they are hidden from screen readers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.report.plots import svg
from workbench.report.plots.forest import Kind, mark

WIDTH, HEIGHT, MARGIN = 200, 32, 9
AXIS = 30


@dataclass(frozen=True)
class Places:
    """Where a row may stand.

    Attributes:
        rank: Its rank.
        low: Lower end of the rank interval; None where there is none.
        high: Upper end.
        set_low: Lower end of the rank set; None where there is none.
        set_high: Upper end.
    """

    rank: float
    low: float | None = None
    high: float | None = None
    set_low: float | None = None
    set_high: float | None = None


def score_axis(values: Sequence[float]) -> svg.Axis:
    """Return the one scale of all rows' scores."""
    return svg.Axis.around(values, MARGIN, WIDTH - MARGIN)


def rank_axis(most: float) -> svg.Axis:
    """Return the one scale of all rows' ranks, from 1 to ``most``."""
    return svg.Axis(1.0, max(most, 2.0), MARGIN, WIDTH - MARGIN)


def interval_in_row(
    scale: svg.Axis,
    value: float | None,
    low: float | None,
    high: float | None,
    kind: Kind,
    lines: Sequence[float] = (),
) -> Markup:
    """Draw a value with its interval; what all rows are compared with is a dashed line through.

    Args:
        scale: Of all rows.
        value: The value; None draws the lines alone.
        low: Lower end of its interval, None where there is none.
        high: Upper end.
        kind: Shape of the mark: disc, square or diamond.
        lines: Values of the floor and of baselines.
    """
    y = HEIGHT / 2
    parts = [svg.line(scale(x), 0, scale(x), HEIGHT, "reference") for x in lines]
    if low is not None and high is not None:
        parts.append(svg.line(scale(low), y, scale(high), y, f"interval {kind}"))
        for end in (low, high):
            parts.append(svg.line(scale(end), y - 5, scale(end), y + 5, f"interval {kind}"))
    if value is not None:
        parts.append(mark(scale(value), y, kind))
    return _small(HEIGHT, parts)


def ranks_in_row(scale: svg.Axis, places: Places, kind: Kind) -> Markup:
    """Draw a rank, its bootstrap interval (thick) and its rank set (thin, with ends)."""
    y = HEIGHT / 2
    parts = []
    if places.set_low is not None and places.set_high is not None:
        left, right = scale(places.set_low), scale(places.set_high)
        parts.append(svg.line(left, y, right, y, "set"))
        parts += [svg.line(x, y - 6, x, y + 6, "set") for x in (left, right)]
    if places.low is not None and places.high is not None:
        left, right = scale(places.low), scale(places.high)
        parts.append(svg.line(left - 2, y, right + 2, y, f"thick {kind}"))
    parts.append(mark(scale(places.rank), y, kind))
    return _small(HEIGHT, parts)


def axis_in_head(scale: svg.Axis, ticks: Sequence[tuple[float, str]]) -> Markup:
    """Draw the scale of a column, for its heading."""
    parts = [svg.line(scale.start, AXIS - 1, scale.end, AXIS - 1, "axis")]
    for value, name in ticks:
        x = scale(value)
        half = 3.8 * len(name)
        parts.append(svg.line(x, AXIS - 6, x, AXIS - 1, "axis"))
        parts.append(svg.text(min(max(x, half), WIDTH - half), AXIS - 10, name, "tick", "middle"))
    return _small(AXIS, parts)


def key_mark(kind: Kind) -> Markup:
    """Draw one mark alone, for a legend."""
    parts = [mark(10, 10, kind)]
    return svg.tag(
        "svg",
        Markup("").join(parts),
        class_="plot key-mark",
        viewBox="0 0 20 20",
        width=20,
        height=20,
        aria_hidden="true",
    )


def _small(height: int, parts: Sequence[Markup]) -> Markup:
    return svg.tag(
        "svg",
        Markup("").join(parts),
        class_="plot in-row",
        viewBox=f"0 0 {WIDTH} {height}",
        width=WIDTH,
        height=height,
        aria_hidden="true",
    )
