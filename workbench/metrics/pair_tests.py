"""What tests of all pairs share: their result, the counting of null differences, intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.compiled import kernels
from workbench.metrics.multiplicity import StepDown


@dataclass(frozen=True)
class PairTests:
    """Tests of all pairs of models against one joint null distribution.

    Attributes:
        pairs: Shape ``(h, 2)``: numbers of the two models.
        differences: Value of the first minus value of the second, shape ``(h,)``.
        low: Lower ends of simultaneous intervals of the differences, shape ``(h,)``. They are
            single-step: a pair may differ by its adjusted p value while its interval holds 0, never
            the other way round.
        high: Upper ends.
        p_values: Two-sided, unadjusted.
        adjusted: Max-T step-down over all pairs.
        draws: Number of permutations or resamples behind the null distribution.
        level: Joint level of the intervals.
        method: Name of the test.
    """

    pairs: NDArray[np.int64]
    differences: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    p_values: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    draws: int
    level: float
    method: str


def pairs_of(n_models: int) -> NDArray[np.int64]:
    """Return all pairs of ``n_models`` numbers, shape ``(h, 2)``.

    >>> pairs_of(3).tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    return np.column_stack(np.triu_indices(n_models, 1)).astype(np.int64)


def pair_spreads(rows: NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the root of the sum of squared differences of two rows, for every pair.

    Args:
        rows: Shape ``(m, k)``, one row a model.
        pairs: Shape ``(h, 2)``.

    Returns:
        Shape ``(h,)``; a pair's value does not depend on the other pairs.
    """
    spreads = [np.empty(0)]
    for first in range(0, len(pairs), 64):
        some = pairs[first : first + 64]
        spreads.append(np.sqrt(((rows[some[:, 0]] - rows[some[:, 1]]) ** 2).sum(axis=1)))
    return np.concatenate(spreads)


class PairCounter:
    """Counts, for each pair, the null draws that reach the observed difference.

    Args:
        pairs: Shape ``(h, 2)``.
        observed: What an unadjusted null difference must reach, shape ``(h,)``, not negative.
        size: Standardised observed differences, shape ``(h,)``, not negative.
        scale: What a null difference is divided by before it is held against ``size``.
        draws: How many null draws will come.
    """

    def __init__(
        self,
        pairs: NDArray[np.int64],
        observed: NDArray[np.float64],
        size: NDArray[np.float64],
        scale: NDArray[np.float64],
        draws: int,
    ) -> None:
        self.pairs, self.observed, self.scale = pairs, observed, scale
        self.steps = StepDown(size)
        self._beaten = np.zeros(len(pairs), dtype=np.int64)
        self._peaks: list[NDArray[np.float64]] = []
        self._draws = draws
        self._compiled: Any | None = kernels(draws * len(pairs))

    def add(self, null: NDArray[np.float64]) -> None:
        """Count in null values of all models, shape ``(P, m)``."""
        if self._compiled is None:
            gaps = np.abs(null[:, self.pairs[:, 0]] - null[:, self.pairs[:, 1]])
            self._beaten += (gaps >= self.observed).sum(axis=0)
            standard = gaps / self.scale
            self._peaks.append(standard.max(axis=1, initial=0.0))
            self.steps.add(standard)
            return
        upwards = self.steps.order[::-1]
        beaten = np.zeros((2, len(upwards)), dtype=np.int64)
        peaks = np.empty(len(null))
        self._compiled.count_beaten(
            np.ascontiguousarray(null),
            self.pairs[upwards],
            self.observed[upwards],
            self.scale[upwards],
            self.steps.size[::-1].copy(),
            beaten,
            peaks,
        )
        self._beaten[upwards] += beaten[0]
        self._peaks.append(peaks)
        self.steps.count(beaten[1][::-1], len(null))

    def p_values(self) -> NDArray[np.float64]:
        """Return the unadjusted p values, shape ``(h,)``; the data count as one of the draws."""
        return np.asarray((1 + self._beaten) / (1 + self._draws))

    def critical(self, level: float) -> float:
        """Return the standardised difference that the largest of all pairs stays below.

        Infinite where there are too few draws to tell.
        """
        peaks = np.sort(np.concatenate(self._peaks))
        place = math.ceil(level * (len(peaks) + 1))
        return float(peaks[place - 1]) if place <= len(peaks) else math.inf


def half_widths(critical: float, spreads: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return half the width of each interval; 0 where two models never differ."""
    with np.errstate(invalid="ignore"):
        return np.where(spreads > 0, critical * spreads, 0.0)
