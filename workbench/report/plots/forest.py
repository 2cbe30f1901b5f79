"""Forest plot: values with their intervals on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from workbench.report.plots import rows as shared
from workbench.report.plots import svg
from workbench.report.words import interval

Kind = Literal["model", "baseline", "floor"]
WIDTH, MARGIN, ROW, TOP, AXIS = 460, 14, 50, 6, 46
COLUMN = 62


@dataclass(frozen=True)
class ForestRow:
    """One estimate.

    Attributes:
        label: What was estimated, such as a model's name.
        value: The estimate; None when it is undefined.
        low: Lower end of the interval, None when there is no interval.
        high: Upper end of the interval.
        kind: Shape of the mark: the model (disc), a baseline (square), the floor (diamond).
        cells: Words written to the right of the interval, one for each of the plot's columns.
        written: Value and interval in words, where not as usual (another language, a unit).
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    kind: Kind = "model"
    cells: tuple[str, ...] = ()
    written: str = ""


def forest(
    rows: Sequence[ForestRow],
    *,
    axis: str,
    label: str,
    reference: float | None = None,
    columns: Sequence[str] = (),
) -> Markup:
    """Draw estimates with intervals, one line each, above a common axis.

    Args:
        rows: The estimates, drawn in this order.
        axis: Title of the axis, with unit and direction.
        label: Text alternative of the whole plot.
        reference: A value to compare with, drawn as a dashed line (a floor, or zero).
        columns: Headings of the words right of the intervals, such as a rank.

    Returns:
        One ``<svg>`` element.
    """
    top = TOP + (20 if columns else 0)
    values = [v for row in rows for v in (row.value, row.low, row.high) if v is not None]
    scale = svg.Axis.around(
        values + ([reference] if reference is not None else []),
        MARGIN,
        WIDTH - MARGIN - COLUMN * len(columns),
    )
    bottom = top + ROW * len(rows)
    parts = shared.value_axis(scale, top, bottom, axis)
    parts += _cells(columns, top - 8, "title")
    if reference is not None:
        parts.append(svg.line(scale(reference), top, scale(reference), bottom, "reference"))
    mixed = len({row.kind for row in rows}) > 1
    for place, row in enumerate(rows):
        parts += _row(row, scale, top + ROW * place, strong=mixed and row.kind == "model")
        parts += _cells(row.cells, top + ROW * place + 39, "value")
    return svg.drawing(WIDTH, bottom + AXIS, label, parts)


def _cells(words: Sequence[str], y: float, class_: str) -> list[Markup]:
    """Return words set below each other's columns, flush right."""
    ends = [WIDTH - MARGIN - COLUMN * (len(words) - 1 - i) for i in range(len(words))]
    return [svg.text(x, y, word, class_, "end") for x, word in zip(ends, words, strict=True)]


def _row(row: ForestRow, scale: svg.Axis, top: float, *, strong: bool) -> list[Markup]:
    """Return one row: label, written value, interval and mark."""
    written = row.written or interval(row.value, row.low, row.high)
    style = "label strong" if strong else "label"
    room = WIDTH - 2 * MARGIN - 8 * len(written)
    parts = [
        svg.text(MARGIN, top + 18, svg.shorten(row.label, room), style),
        svg.text(WIDTH - MARGIN, top + 18, written, "value", "end"),
    ]
    y = top + 34
    if row.low is not None and row.high is not None:
        parts.append(svg.line(scale(row.low), y, scale(row.high), y, f"interval {row.kind}"))
        for end in (row.low, row.high):
            parts.append(svg.line(scale(end), y - 5, scale(end), y + 5, f"interval {row.kind}"))
    if row.value is not None:
        parts.append(mark(scale(row.value), y, row.kind))
    return parts


def mark(x: float, y: float, kind: Kind) -> Markup:
    """Return the mark of an estimate; shape and colour both tell the kind."""
    if kind == "model":
        return svg.tag("circle", cx=x, cy=y, r=6.5, class_="mark model")
    turn = f"rotate(45 {x:.2f} {y:.2f})" if kind == "floor" else None
    return svg.tag(
        "rect", x=x - 5.0, y=y - 5.0, width=10, height=10, transform=turn, class_=f"mark {kind}"
    )
