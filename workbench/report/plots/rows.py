"""What plots with one row an algorithm share: names, rank axes, value axes, keys."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from workbench.report.plots import svg

WIDTH, LEFT, RIGHT, AXIS = 460, 160, 12, 46
SPACING = 14.0
"""Least distance of two names in a column: nearer ones are left out."""


def row_height(n_rows: int, wide: float = 30.0) -> float:
    """Return the height of a row: ``wide`` for few, never less than a name needs."""
    return max(SPACING + 1, min(wide, 1000.0 / max(n_rows, 1)))


def cut(name: str, room: float) -> str:
    """Return a name that fits, cut in its middle: names often differ at the end.

    >>> cut("team_of_the_long_name_2", 100)
    'team_o…name_2'
    """
    most = max(3, int(room / 7.5))
    if len(name) <= most:
        return name
    return f"{name[: most // 2]}…{name[len(name) - (most - 1) // 2 :]}"


def names(labels: Sequence[str], top: float, height: float, room: float = LEFT) -> list[Markup]:
    """Return the names of rows, numbered by place; where rows are thin only some are named.

    Args:
        labels: Names, best first.
        top: Upper edge of the first row.
        height: Height of a row.
        room: Width for a name.
    """
    every = max(1, -int(-SPACING // height))
    digits = len(str(len(labels)))
    found = []
    for place in range(0, len(labels), every):
        number, name = f"{place + 1}", labels[place]
        start = 4 + 9.0 * digits
        written = cut(name, room - start - 10)
        content = written if written == name else Markup("").join([written, svg.tag("title", name)])
        baseline = top + height * (place + 0.5) + 5
        found.append(svg.text(start, baseline, number, "tick", "end"))
        found.append(svg.text(start + 7, baseline, content, "name"))
    return found


def stripes(n_rows: int, top: float, height: float) -> list[Markup]:
    """Return a quiet line below every row, to lead the eye from a name to its marks."""
    ends = [top + height * (row + 1) for row in range(n_rows)]
    return [svg.line(LEFT, y, WIDTH - RIGHT, y, "stripe") for y in ends]


def rank_axis(n_ranks: int) -> svg.Axis:
    """Return an axis with one column a rank."""
    return svg.Axis(0.5, n_ranks + 0.5, LEFT, WIDTH - RIGHT)


def rank_ticks(n_ranks: int, room: float = WIDTH - LEFT - RIGHT) -> list[tuple[float, str]]:
    """Return round ranks that have space for their numbers; 1 is always among them.

    >>> [name for _, name in rank_ticks(100)]
    ['1', '10', '20', '30', '40', '50', '60', '70', '80', '90', '100']
    """
    step = next(s for s in (1, 2, 5, 10, 20, 50, 10**9) if room / n_ranks * s >= 20)
    values = sorted({1, *range(step, n_ranks + 1, step)})
    if len(values) > 1 and (values[1] - 1) * room / n_ranks < 20:
        values.pop(1)
    return [(float(value), str(value)) for value in values]


def bins(n_ranks: int, most: int) -> tuple[int, list[str]]:
    """Return how many ranks are counted together, and the names of the columns they make.

    Args:
        n_ranks: Largest rank.
        most: Most columns there is space for.

    >>> bins(5, 10), bins(25, 10)
    ((1, ['1', '2', '3', '4', '5']), (5, ['1–5', '6–10', '11–15', '16–20', '21–25']))
    """
    wide = next(w for w in (1, 2, 5, 10, 20, 50, 100, n_ranks) if n_ranks <= w * most)
    starts = range(1, n_ranks + 1, wide)
    ends = (min(start + wide - 1, n_ranks) for start in starts)
    return wide, [f"{a}" if a == b else f"{a}–{b}" for a, b in zip(starts, ends, strict=True)]


def value_axis(
    scale: svg.Axis,
    top: float,
    bottom: float,
    title: str,
    ticks: Sequence[tuple[float, str]] | None = None,
) -> list[Markup]:
    """Return grid lines, tick labels and the title of an axis below the rows."""
    parts = [svg.line(scale.start, bottom, scale.end, bottom, "axis")]
    for value, name in scale.ticks() if ticks is None else ticks:
        parts.append(svg.line(scale(value), top, scale(value), bottom, "grid"))
        half = 4.4 * len(name)  # a label at an end is moved in, so that it is not clipped
        middle = min(max(scale(value), half), WIDTH - half)
        parts.append(svg.text(middle, bottom + 18, name, "tick", "middle"))
    # A long title is centred on the plot instead of on a short axis, so that it is not clipped.
    middle = (scale.start + scale.end) / 2
    if len(title) * 3.7 > min(middle, WIDTH - middle):
        middle = WIDTH / 2
    parts.append(svg.text(middle, bottom + 38, title, "title", "middle"))
    return parts


def key(lines: Sequence[str], top: float) -> list[Markup]:
    """Return lines of words below a plot, such as what letters stand for."""
    return [svg.text(4, top + 17 * i, words, "tick") for i, words in enumerate(lines)]


def two_discs(words: tuple[str, str]) -> list[Markup]:
    """Return the meaning of an open and of a full disc, above the rows."""
    second = 44 + 8.0 * len(words[0])
    return [
        svg.tag("circle", cx=14, cy=14, r=5.0, class_="before"),
        svg.text(26, 19, words[0]),
        svg.tag("circle", cx=second, cy=14, r=5.0, class_="after"),
        svg.text(second + 12, 19, words[1]),
    ]
