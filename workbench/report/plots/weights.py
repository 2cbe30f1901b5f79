"""Distribution of weights: how many persons count how much, by strategy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import ArrayLike, NDArray

from workbench.methods.survival.disclosure import LEAST
from workbench.metrics.arrays import numbers
from workbench.report.plots import panel, svg

WIDTH, LEFT, RIGHT, PANEL, GAP = 460, 62, 14, 104, 56


@dataclass(frozen=True)
class WeightBin:
    """Persons whose weight lies between two values.

    Attributes:
        group: Their strategy.
        low: Lower edge.
        high: Upper edge.
        n: How many.
    """

    group: str
    low: float
    high: float
    n: int


def weight_bins(
    weights: Mapping[str, ArrayLike], *, bins: int = 30, least: int = LEAST
) -> list[WeightBin]:
    """Return bins of equal width, the same for all groups; those with few persons are joined.

    Weights of 0 (clones that were censored) are left out, and so are groups with fewer persons than
    a bin must have.

    Args:
        weights: Weights of each group, by its name.
        bins: Number of bins before small ones are joined to their neighbours.
        least: Fewest persons of a bin.

    >>> [b.n for b in weight_bins({"a": [0.5] * 20 + [3.0] * 2}, bins=5, least=11)]
    [22]
    """
    known = {name: _known(values) for name, values in weights.items()}
    every = np.concatenate(list(known.values())) if known else np.zeros(0)
    if not len(every):
        return []
    edges = np.linspace(0.0, float(every.max()) * (1 + 1e-9), bins + 1)
    found = []
    for name, values in known.items():
        if len(values) < least:
            continue
        counts = np.histogram(values, edges)[0]
        found += [
            WeightBin(str(name), low, high, n) for low, high, n in _joined(edges, counts, least)
        ]
    return found


def weights_csv(bins: Sequence[WeightBin]) -> pd.DataFrame:
    """Return the bins as a table: ``group, low, high, n``."""
    return pd.DataFrame(
        [(one.group, one.low, one.high, one.n) for one in bins],
        columns=["group", "low", "high", "n"],
    )


def weights_plot(
    bins: Sequence[WeightBin], *, notes: Mapping[str, str], axis: str, label: str
) -> Markup:
    """Draw a histogram a group, below each other on one axis.

    A bar's area is its number of persons: one that joins several bins is wide and low.

    Args:
        bins: From :func:`weight_bins`.
        notes: Words beside a group's name, such as its effective sample size and largest weight.
        axis: Title of the axis.
        label: Text alternative of the plot.

    Returns:
        One ``<svg>`` element.
    """
    names = list(dict.fromkeys(one.group for one in bins))
    most = max((one.high for one in bins), default=1.0)
    across = svg.Axis(0.0, most, LEFT, WIDTH - RIGHT)
    parts: list[Markup] = []
    for place, name in enumerate(names):
        top = 26.0 + (PANEL + GAP) * place
        own = [one for one in bins if one.group == name]
        width = min((one.high - one.low for one in bins), default=1.0)
        tall = max(one.n * width / (one.high - one.low) for one in own)
        up = svg.Axis(0.0, tall * 1.05, top + PANEL, top)
        parts.append(svg.text(8, top - 10, svg.shorten(name, 140), "label strong"))
        note = svg.shorten(notes.get(name, ""), 350)
        parts.append(svg.text(WIDTH - RIGHT, top - 10, note, "tick", "end"))
        parts += panel.grid(across, up, most=4)
        parts += [
            svg.tag(
                "rect",
                x=across(one.low) + 0.5,
                y=up(one.n * width / (one.high - one.low)),
                width=max(across(one.high) - across(one.low) - 1.0, 0.5),
                height=up(0) - up(one.n * width / (one.high - one.low)),
                class_=f"bar s{min(place + 1, 4)}",
            )
            for one in own
            if one.n
        ]
        parts.append(svg.line(across(1.0), top, across(1.0), top + PANEL, "reference"))
    bottom = 26.0 + (PANEL + GAP) * len(names)
    parts.append(svg.text((LEFT + WIDTH - RIGHT) / 2, bottom - 6, axis, "title", "middle"))
    return svg.drawing(WIDTH, bottom + 4, label, parts)


def _known(values: ArrayLike) -> NDArray[np.float64]:
    """Return the weights above 0."""
    found = numbers(values, "weights")
    return found[np.isfinite(found) & (found > 0)]


def _joined(
    edges: NDArray[np.float64], counts: NDArray[np.int64], least: int
) -> list[tuple[float, float, int]]:
    """Return bins of at least so many: a small one is joined to the next, the last one back."""
    found: list[tuple[float, float, int]] = []
    start, total = 0, 0
    for place, count in enumerate(counts.tolist()):
        if total == 0 and count == 0:
            start = place + 1  # nobody is here: a gap is no one's secret
            continue
        total += count
        if total >= least:
            found.append((float(edges[start]), float(edges[place + 1]), total))
            start, total = place + 1, 0
    if total:
        low, _, n = found.pop() if found else (float(edges[start]), 0.0, 0)
        found.append((low, float(edges[np.flatnonzero(counts)[-1] + 1]), n + total))
    return found
