"""Rates over time with their intervals; a hidden one is the span it may lie in, never 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from workbench.report.plots import panel, svg

WIDTH, LEFT, RIGHT, TOP, PLOT = 460, 62, 14, 30, 200
HIDDEN = "×"
NARROW = 34.0
"""Room a period's name needs; where there is less only some are named."""


@dataclass(frozen=True)
class Period:
    """The rate of one period.

    Attributes:
        name: Such as a year.
        rate: None where it is hidden.
        low: Lower end of its interval, or the least a hidden rate may be.
        high: Upper end, or the most a hidden rate may be; None where nobody knows.
        flagged: Whether its reports stand out, such as stimulated ones.
        said: Read on hovering.
    """

    name: str
    rate: float | None
    low: float | None = None
    high: float | None = None
    flagged: bool = False
    said: str = ""


def rate_trend(
    periods: Sequence[Period],
    *,
    y_axis: str,
    label: str,
    change_after: str | None = None,
    flag: str = "",
) -> Markup:
    """Draw a disc a period with its interval, joined where neighbours are known.

    Args:
        periods: In order of time.
        y_axis: Title above the plot, with the unit of the rate.
        label: Text alternative of the plot.
        change_after: Name of the first period of another level, marked by a dashed line before it.
        flag: Word at flagged periods.

    Returns:
        One ``<svg>`` element.
    """
    up = svg.Axis(0.0, _top(periods), TOP + PLOT, TOP)
    room = (WIDTH - LEFT - RIGHT) / max(len(periods), 1)
    across = [LEFT + room * (place + 0.5) for place in range(len(periods))]
    parts = [svg.text(8, 16, y_axis, "title")]
    parts += panel.grid(svg.Axis(0.0, 1.0, LEFT, WIDTH - RIGHT), up, ticks=[], most=5)
    every = max(1, -int(-NARROW // room))
    for place in range(0, len(periods), every):
        name = periods[place].name
        parts.append(svg.text(across[place], TOP + PLOT + 18, name, "tick", "middle"))
    for place, one in enumerate(periods):
        if place and one.name == change_after:
            parts.append(
                svg.line(across[place] - room / 2, TOP, across[place] - room / 2, up.start, "cut")
            )
    parts += _joined(periods, across, up)
    for x, one in zip(across, periods, strict=True):
        parts += _mark(one, x, up, flag)
    return svg.drawing(WIDTH, TOP + PLOT + 26, label, parts)


def _top(periods: Sequence[Period]) -> float:
    """Return the end of the axis; wide intervals of few cases do not press the rest flat."""
    largest = max([one.rate for one in periods if one.rate is not None], default=0.0)
    ends = [one.high for one in periods if one.high is not None and one.high < float("inf")]
    near = [end for end in ends if end <= 4 * largest] if largest else ends
    return (max([largest, *near]) or 1.0) * 1.12


def _joined(periods: Sequence[Period], across: Sequence[float], up: svg.Axis) -> list[Markup]:
    """Return lines between neighbours whose rates are both known."""
    found = []
    for place in range(1, len(periods)):
        before, now = periods[place - 1].rate, periods[place].rate
        if before is not None and now is not None:
            found.append(svg.line(across[place - 1], up(before), across[place], up(now), "joined"))
    return found


def _mark(one: Period, x: float, up: svg.Axis, flag: str) -> list[Markup]:
    """Return one period: interval and disc, or the span of a hidden rate and a cross."""
    if one.rate is None:
        low = up(one.low or 0.0)
        high = up(one.high) if one.high is not None else up.end
        known = one.low is not None or one.high is not None
        span = [
            svg.tag(
                "rect", x=x - 6, y=high, width=12, height=max(low - high, 2.0), class_="bar open"
            )
        ]
        cross = svg.text(x, up.start - 5, HIDDEN, "label none", "middle")
        return [*(span if known else []), svg.tag("g", Markup("").join([_title(one), cross]))]
    parts = []
    if one.low is not None and one.high is not None:
        parts.append(svg.line(x, up(one.low), x, up(one.high), "interval model"))
    class_ = "point strong flagged" if one.flagged else "point strong"
    parts.append(svg.tag("circle", _title(one), cx=x, cy=up(one.rate), r=5.0, class_=class_))
    if one.flagged and flag:
        y = max(up(one.high or one.rate) - 8, up.end + 2)
        half = 3.9 * len(flag)
        middle = min(max(x, LEFT + half), WIDTH - 4 - half)
        parts.append(svg.text(middle, y, flag, "label", "middle"))
    return parts


def _title(one: Period) -> Markup:
    """Return the words of a period."""
    return svg.tag("title", one.said or one.name)
