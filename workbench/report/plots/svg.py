"""SVG elements as escaped text, and linear axes with round ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from markupsafe import Markup, escape

TEXT_PX = 14
"""Font size inside a plot; at 460 units of width it stays readable on a 390-px screen."""
_ENLARGED = 1.15
"""Pixels of a plot unit where there is room; no style is written: a page may refuse inline ones."""


def tag(name: str, content: object = "", **attributes: object) -> Markup:
    """Return one element; content and attribute values are escaped.

    Args:
        name: Element name.
        content: Text (escaped) or markup (kept).
        attributes: ``class_`` becomes ``class``, underscores become hyphens, None is left out.

    >>> tag("text", "a<b", x=1.50, class_="label", text_anchor=None)
    Markup('<text x="1.5" class="label">a&lt;b</text>')
    """
    written = "".join(
        f' {_attribute(key)}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Markup(f"<{name}{written}>{escape(content) if content else content}</{name}>")


def drawing(width: float, height: float, label: str, parts: Iterable[Markup]) -> Markup:
    """Return a whole ``<svg>`` that shrinks with its column and is read out as ``label``."""
    return tag(
        "svg",
        Markup("".join(parts)),
        xmlns="http://www.w3.org/2000/svg",
        class_="plot",
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        width=round(width * _ENLARGED, 2),
        height=round(height * _ENLARGED, 2),
        role="img",
        aria_label=label,
    )


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def text(
    x: float, y: float, content: object, class_: str = "label", anchor: str = "start"
) -> Markup:
    """Return a text whose baseline starts, is centred or ends at ``x, y``."""
    return tag("text", content, x=x, y=y, class_=class_, text_anchor=anchor)


def polyline(points: Iterable[tuple[float, float]], class_: str) -> Markup:
    """Return a line through points."""
    written = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    return tag("polyline", points=written, class_=class_)


def shorten(words: str, room: float) -> str:
    """Return ``words``, cut with an ellipsis when wider than ``room`` plot units.

    >>> shorten("attention_mil", 60)
    'attent…'
    """
    most = max(1, int(room / (TEXT_PX * 0.56)))
    return words if len(words) <= most else words[: most - 1] + "…"


@dataclass(frozen=True)
class Axis:
    """A linear map from values to plot units.

    Attributes:
        low: Value at ``start``.
        high: Value at ``end``; above ``low``.
        start: Plot coordinate of ``low``.
        end: Plot coordinate of ``high``.
    """

    low: float
    high: float
    start: float
    end: float

    @classmethod
    def around(cls, values: Iterable[float], start: float, end: float, pad: float = 0.06) -> Axis:
        """Return an axis that holds all finite values with a margin on both sides."""
        finite = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
        low, high = min(finite), max(finite)
        margin = (high - low) * pad or max(abs(high), 1.0) * pad
        return cls(low - margin, high + margin, start, end)

    def __call__(self, value: float) -> float:
        """Return the plot coordinate of ``value``, kept within the axis."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)

    def ticks(self, most: int = 5) -> list[tuple[float, str]]:
        """Return at most ``most`` round values inside the axis, with their labels.

        >>> Axis(0.0, 1.0, 0, 100).ticks()
        [(0.0, '0'), (0.25, '0.25'), (0.5, '0.5'), (0.75, '0.75'), (1.0, '1')]
        """
        power = 10.0 ** math.floor(math.log10((self.high - self.low) / most))
        for factor in (1, 2, 2.5, 5, 10, 20, 25, 50, 100):
            step = power * factor
            first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
            if last - first < most:
                break
        decimals = max(0, 1 - math.floor(math.log10(step)))
        values = [round(i * step, decimals) + 0.0 for i in range(first, last + 1)]
        return [(value, _plain(value, decimals)) for value in values]


def _plain(value: float, decimals: int) -> str:
    """Return a tick's label without needless zeros; with an exponent where that is much shorter.

    >>> _plain(0.5, 2), _plain(-2e-9, 10), _plain(2e6, 0), _plain(1000000.0005, 4)
    ('0.5', '−2e−9', '2e6', '1000000.0005')
    """
    written = f"{value:.{decimals}f}"
    short = format(Decimal(written).normalize(), "e").replace("e+", "e") if value else "0"
    plain = written.rstrip("0").rstrip(".") if decimals else written
    return (short if len(plain) > 6 and len(short) < len(plain) else plain).replace("-", "−")


@cache
def _attribute(key: str) -> str:
    """Return an attribute's name."""
    return key.rstrip("_").replace("_", "-")


def _value(value: object) -> str:
    """Return an attribute's value; a board of 100 teams has 10,000 discs, and numbers are safe."""
    return _number(value) if isinstance(value, float) else escape(value)


def _number(value: float) -> str:
    """Return floats with two decimals at most, so that plots stay small and stable."""
    return f"{round(value, 2) + 0.0:.2f}".rstrip("0").rstrip(".")
