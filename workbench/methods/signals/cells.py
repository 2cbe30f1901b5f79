"""Cells of a table of drugs by events, squashed where many are nearly the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem, UsageError
from workbench.metrics.arrays import numbers

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cells:
    """Counts of reports with what was expected.

    Attributes:
        n: Reports, whole numbers, ``(m,)``.
        expected: Expected reports, above 0, ``(m,)``.
        weight: How many cells of the table each one stands for, ``(m,)``.
        squashing: In words; empty where every cell stands for itself.
    """

    n: Floats
    expected: Floats
    weight: Floats
    squashing: str = ""

    def __len__(self) -> int:
        return len(self.n)

    def joined(self, other: Cells) -> Cells:
        """Return the cells of both."""
        words = "; ".join(dict.fromkeys(w for w in (self.squashing, other.squashing) if w))
        return Cells(
            np.concatenate([self.n, other.n]),
            np.concatenate([self.expected, other.expected]),
            np.concatenate([self.weight, other.weight]),
            words,
        )


def cells_of(n: ArrayLike, expected: ArrayLike) -> Cells:
    """Return checked cells, each standing for itself.

    Args:
        n: Reports, whole numbers of at least 0, ``(m,)``.
        expected: Expected reports, above 0, ``(m,)``.

    Raises:
        DataError: ``no-cells``, ``wrong-shape``, ``not-a-count``, ``expected-not-positive``.
    """
    count, wanted = numbers(n, "n"), numbers(expected, "expected")
    if count.ndim != 1 or count.shape != wanted.shape:
        raise DataError(f"n has shape {count.shape}, expected {wanted.shape} [wrong-shape]")
    if not len(count):
        raise DataError("there is no cell [no-cells]", remedy="look at the filters before counting")
    with np.errstate(invalid="ignore"):
        whole = (count >= 0) & (count == np.round(count)) & np.isfinite(count)
        positive = (wanted > 0) & np.isfinite(wanted)
    faults = [
        ("not-a-count", "n", whole, "is no whole number of at least 0", count),
        ("expected-not-positive", "expected", positive, "is not above 0", wanted),
    ]
    problems = [
        Problem(
            code,
            f"{text}: {values[int(np.argmin(good))]} ({int((~good).sum())} of {len(good)} rows)",
            f"{what}, row {int(np.argmin(good))}",
            _REMEDY[code],
        )
        for code, what, good, text, values in faults
        if not good.all()
    ]
    if problems:
        raise DataError("these are no cells of a table of reports", problems=problems)
    return Cells(count, wanted, np.ones(len(count)))


_REMEDY = {
    "not-a-count": "count distinct cases; a masked cell is an interval and has no score",
    "expected-not-positive": "leave out drugs and events that nobody reported",
}


def squashed(cells: Cells, width: float = 0.01) -> Cells:
    """Merge cells of equal count whose expected counts lie within a factor of each other.

    DuMouchel and Pregibon 2001, Proc 7th ACM SIGKDD:67, merge equal numbers of neighbours; here the
    bins have equal width on the scale of log expected, so that the error has a bound for any data:
    a likelihood's term is taken at the mean of values at most ``width`` apart, relatively.

    Args:
        cells: What to squash.
        width: Relative width of a bin; 0 merges only equal expected counts, without any error.

    Raises:
        UsageError: The width is not within 0 to 0.5.
    """
    if not 0.0 <= width <= 0.5:
        raise UsageError(f"width of squashing lies within 0 to 0.5, got {width}")
    if width:
        bins = np.floor(np.log(cells.expected) / np.log1p(width)).astype(np.int64)
    else:
        bins = np.unique(cells.expected, return_inverse=True)[1].astype(np.int64)
    bins -= bins.min()
    _, place = np.unique(cells.n.astype(np.int64) * (bins.max() + 1) + bins, return_inverse=True)
    weight = np.bincount(place, cells.weight).astype(np.float64)
    mean = np.bincount(place, cells.weight * cells.expected) / weight
    n = np.bincount(place, cells.weight * cells.n) / weight
    words = f"cells of equal count merged where expected is within {width:.3g} of each other"
    return Cells(np.rint(n), mean, weight, words if width else "cells that are equal merged")
