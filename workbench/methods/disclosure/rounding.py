"""Rounding of published counts: a number stands for all that round to it."""

from __future__ import annotations

import numpy as np

from workbench.errors import UsageError
from workbench.methods.disclosure.system import Floats
from workbench.metrics.choices import check_whole


def rounded(counts: Floats, base: int | None) -> Floats:
    """Return counts rounded to a multiple of the base, halves up.

    >>> rounded(np.array([12.0, 13.0, 0.0]), 5).tolist()
    [10.0, 15.0, 0.0]
    """
    return counts if base is None else np.floor(counts / base + 0.5) * base


def range_of(published: Floats, base: int | None, threshold: int) -> tuple[Floats, Floats]:
    """Return the least and the largest count behind each published one.

    Small counts are never published, so that a published count above 0 is at least the threshold.

    >>> [end.tolist() for end in range_of(np.array([10.0, 15.0]), 5, 11)]
    [[11.0, 13.0], [12.0, 17.0]]
    """
    if base is None:
        return published, published
    low, high = np.ceil(published - base / 2), np.ceil(published + base / 2) - 1
    none = published == 0
    return np.where(none, 0.0, np.maximum(low, threshold)), np.where(none, 0.0, high)


def check_base(base: int | None, threshold: int) -> None:
    """Refuse a base that rounds what may be published down to 0, or that is no whole number.

    Raises:
        UsageError: It is.
    """
    if base is None:
        return
    check_whole("rounding", base, 2)
    if base > threshold:
        raise UsageError(f"rounding to {base} hides less than the threshold {threshold} shows")
