"""Ranking schemes: how per-case values become one number an algorithm, and then ranks.

Every scheme takes weights of shape ``(n,)`` or ``(n, B)``, so that a bootstrap is a choice of
weights. Ranks are of exact values: sums do not depend on row order, decimal numbers are summed as
whole numbers, and what is equal ties.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.challenge.ranking.decimals import whole_numbers
from workbench.challenge.ranking.missing import Direction, check_direction
from workbench.challenge.ranking.ties import Ties, check_ties, ranks_of
from workbench.errors import DataError
from workbench.metrics import case_means
from workbench.metrics.base import WeightKind
from workbench.metrics.inputs import weight_columns
from workbench.metrics.sums import on_grid, weighted_sums


@dataclass(frozen=True, kw_only=True)
class Scheme(ABC):
    """How values become one number an algorithm, and numbers become ranks.

    Attributes:
        name: Name in :data:`SCHEMES`.
        title: One line for people.
        peer: The same in challengeR.
        supports: ``frequency``: a weight of 2 equals the row written twice (all schemes).
            ``importance``: any real weight makes sense.
        ties: How equal ranks are numbered, within a case and in the end: min, max or average.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    peer: ClassVar[str]
    supports: ClassVar[tuple[WeightKind, ...]] = ("frequency",)
    ties: Ties = "min"

    def __post_init__(self) -> None:
        check_ties(self.ties)

    @property
    def label(self) -> str:
        """Name of the scheme with the parameters that change it."""
        return self.name

    @abstractmethod
    def smaller_is_better(self, direction: Direction) -> bool:
        """Return whether the smallest number of :meth:`aggregate` is best."""

    def aggregate(
        self, values: ArrayLike, weights: ArrayLike | None, direction: Direction
    ) -> NDArray[np.float64]:
        """Return one number an algorithm for each column of weights.

        Args:
            values: Per-case values, shape ``(n, m)``; NaN is a dropped value.
            weights: None, ``(n,)`` or ``(n, B)``.
            direction: ``maximize`` or ``minimize``: which values are better.

        Returns:
            Shape ``(B, m)``; NaN where an algorithm has no value under a column of weights.

        Raises:
            DataError: Values or weights are not usable.
            UsageError: The scheme needs whole weights.
        """
        larger = check_direction(direction)
        table = _checked(values)
        columns = weight_columns(weights, len(table))
        return self._aggregate(table, columns, larger)

    def ranks(
        self, values: ArrayLike, weights: ArrayLike | None, direction: Direction
    ) -> NDArray[np.float64]:
        """Return the rank of each algorithm, shape ``(B, m)``; 1 is best, NaN comes last."""
        return self.ranks_of(self.aggregate(values, weights, direction), direction)

    def ranks_of(
        self, aggregated: NDArray[np.float64], direction: Direction
    ) -> NDArray[np.float64]:
        """Return the ranks of numbers that :meth:`aggregate` returned."""
        smaller = self.smaller_is_better(direction)
        return ranks_of(aggregated, smaller_is_better=smaller, ties=self.ties)

    def case_numbers(
        self, values: NDArray[np.float64], direction: Direction
    ) -> tuple[NDArray[np.generic], int] | None:
        """Return numbers ``(n, m)`` and a divisor whose plain means are aggregated; None elsewhere.

        Schemes of means can be tested by sign flips of these numbers.
        """
        return None

    def of_units(self, units: Sequence[str]) -> Scheme:
        """Return the scheme for cases of these units; only sign flips need to know them."""
        return self

    @abstractmethod
    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        """Aggregate checked values under weights ``(n, B)``."""


@dataclass(frozen=True, kw_only=True)
class OfValues(Scheme):
    """Aggregates the values themselves: the metric's direction holds."""

    def smaller_is_better(self, direction: Direction) -> bool:
        """Return whether the metric is to be minimized."""
        return not check_direction(direction)


@dataclass(frozen=True, kw_only=True)
class MeanThenRank(OfValues):
    """Rank the weighted means: one matrix product for all resamples."""

    name = "mean_then_rank"
    title = "mean, then rank"
    peer = "aggregateThenRank(FUN = mean)"
    supports = ("frequency", "importance")

    def case_numbers(
        self, values: NDArray[np.float64], direction: Direction
    ) -> tuple[NDArray[np.generic], int] | None:
        """Return the values; None where some are missing."""
        return None if np.isnan(values).any() else whole_numbers(values)

    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        numbers, denominator = whole_numbers(values)
        if numbers.dtype.kind == "f":
            # One grid for all algorithms: the same values then have the same sum in each of them.
            most = max(float(weights.sum(axis=0, dtype=np.float64).max()), 4.0 * len(values))
            numbers = on_grid(numbers, most)
        present = ~np.isnan(values)
        if present.all():
            return case_means(numbers, weights, denominator).T
        totals = weighted_sums(present.astype(np.int64), weights)
        with np.errstate(invalid="ignore", divide="ignore"):
            means = weighted_sums(numbers, weights) / (totals * denominator)
        return np.where(totals > 0, means, np.nan).T


def _checked(values: ArrayLike) -> NDArray[np.float64]:
    """Refuse values that cannot be ranked."""
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[0] == 0 or table.shape[1] < 2:
        raise DataError(f"values need shape (n, m) with two algorithms or more, got {table.shape}")
    if np.isinf(table).any():
        case, algorithm = np.argwhere(np.isinf(table))[0]
        raise DataError("values hold infinity", where=f"row {case}, column {algorithm}")
    return table
