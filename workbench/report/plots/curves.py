"""Curves over whole steps, such as epochs: one panel with a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup

from workbench.report.plots import svg

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 300, 220, 46, 10, 28, 40


@dataclass(frozen=True)
class Curve:
    """One line.

    Attributes:
        label: Name of the line.
        points: ``(x, y)`` pairs in order of x, such as epoch and loss.
        kind: Solid and coloured (``main``) or thin and dashed (``aside``).
        best: Index of a point to mark, None for none.
    """

    label: str
    points: Sequence[tuple[float, float]]
    kind: Literal["main", "aside"] = "main"
    best: int | None = None


def curves(
    lines: Sequence[Curve],
    *,
    title: str,
    x_axis: str,
    label: str,
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
) -> Markup:
    """Draw one panel; give the same ranges to panels that are to be compared.

    Args:
        lines: The curves, drawn in this order.
        title: Words above the panel.
        x_axis: Title of the horizontal axis.
        label: Text alternative of the panel.
        x_range: Smallest and largest x; by default those of the curves.
        y_range: Smallest and largest y; by default those of the curves.

    Returns:
        One ``<svg>`` element.
    """
    points = [point for curve in lines for point in curve.points]
    across = svg.Axis.around(x_range or [x for x, _ in points], LEFT, WIDTH - RIGHT, pad=0.02)
    up = svg.Axis.around(y_range or [y for _, y in points], HEIGHT - BOTTOM, TOP)
    parts = [svg.text(LEFT, 16, svg.shorten(title, WIDTH - LEFT), "title")]
    for value, name in up.ticks(4):
        parts.append(svg.line(LEFT, up(value), WIDTH - RIGHT, up(value), "grid"))
        parts.append(svg.text(LEFT - 6, up(value) + 5, name, "tick", "end"))
    for value, name in across.ticks(4):
        if value != round(value):
            continue
        parts.append(svg.text(across(value), HEIGHT - BOTTOM + 17, name, "tick", "middle"))
    parts.append(svg.line(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM, "axis"))
    parts.append(svg.text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 4, x_axis, "tick", "middle"))
    for curve in lines:
        placed = [(across(x), up(y)) for x, y in curve.points]
        parts.append(svg.polyline(placed, f"curve {curve.kind}"))
        if curve.best is not None:
            x, y = placed[curve.best]
            parts.append(svg.tag("circle", cx=x, cy=y, r=5, class_=f"mark {curve.kind}"))
    return svg.drawing(WIDTH, HEIGHT, label, parts)
