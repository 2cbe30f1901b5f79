"""Adjusts p values for several comparisons."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.arrays import numbers


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p values adjusted by Holm's step-down method (family-wise error).

    Holm 1979, Scand J Stat 6:65; equal to R ``p.adjust(p, "holm")``.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    factors = np.arange(len(p), 0, -1)
    return _back(np.maximum.accumulate(p[order] * factors), order)


def benjamini_hochberg(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p values adjusted by Benjamini and Hochberg's method (false discovery rate).

    Benjamini and Hochberg 1995, J R Stat Soc B 57:289; equal to R ``p.adjust(p, "BH")``.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    p = _checked(p_values)
    order = np.argsort(p, kind="stable")
    factors = len(p) / np.arange(1, len(p) + 1)
    return _back(np.minimum.accumulate((p[order] * factors)[::-1])[::-1], order)


def max_t(observed: ArrayLike, permuted: ArrayLike) -> NDArray[np.float64]:
    """Return step-down max-T adjusted p values (family-wise error under any dependence).

    Westfall and Young 1993, Resampling-Based Multiple Testing, algorithm 4.1. The observed data
    count as one of the permutations, so that no p value is zero.

    Args:
        observed: Test statistics, shape ``(h,)``; large in absolute value speaks against the null.
        permuted: The statistics under each permutation, shape ``(P, h)``.

    Raises:
        DataError: Shapes that do not fit, or values that are not finite.

    >>> max_t([3.0, 0.0], [[1.0, 0.5], [2.0, 0.1], [0.1, 4.0]]).tolist()
    [0.5, 1.0]
    """
    size = np.abs(numbers(observed, "observed"))
    null = np.abs(numbers(permuted, "permuted"))
    if size.ndim != 1 or null.ndim != 2 or null.shape[1] != len(size):
        raise DataError(f"max-T needs (h,) and (P, h) statistics, got {size.shape}, {null.shape}")
    if not (np.isfinite(size).all() and np.isfinite(null).all()):
        raise DataError("max-T statistics hold NaN or infinity")
    steps = StepDown(size)
    steps.add(null)
    return steps.p_values()


class StepDown:
    """The counts behind max-T, so that permutations may come in blocks.

    Args:
        observed: Test statistics, shape ``(h,)``.
    """

    def __init__(self, observed: NDArray[np.float64]) -> None:
        absolute = np.abs(observed)
        self.order = np.argsort(-absolute, kind="stable")
        self.size = absolute[self.order]
        self._beaten = np.zeros(len(absolute), dtype=np.int64)
        self._permutations = 0

    def add(self, permuted: NDArray[np.float64]) -> None:
        """Count in the statistics of some permutations, shape ``(P, h)``."""
        # From the smallest up: the maximum over all hypotheses not larger than this one.
        upwards = np.abs(permuted)[:, self.order[::-1]]
        largest = np.maximum.accumulate(upwards, axis=1)[:, ::-1]
        self.count((largest >= self.size).sum(axis=0), len(permuted))

    def count(self, beaten: NDArray[np.int64], permutations: int) -> None:
        """Add counts made elsewhere, by falling observed size."""
        self._beaten += beaten
        self._permutations += permutations

    def p_values(self) -> NDArray[np.float64]:
        """Return the adjusted p values, in the order the statistics came in."""
        raw = (1 + self._beaten) / (1 + self._permutations)
        return _back(np.maximum.accumulate(raw), self.order)


def _checked(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return p values as an array, refusing what is none."""
    p = numbers(p_values, "p_values")
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise DataError("p values are numbers between 0 and 1")
    return p


def _back(ordered: NDArray[np.float64], order: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return adjusted values in the order they came in, at most 1."""
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(ordered, 1.0)
    return adjusted
