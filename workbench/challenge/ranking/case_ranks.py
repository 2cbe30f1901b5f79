"""Ranking schemes that rank within each case first: a case counts the same whatever its scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.missing import Direction, check_direction
from workbench.challenge.ranking.quantiles import weighted_quantiles
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.ties import ranks_of
from workbench.metrics import case_means


@dataclass(frozen=True, kw_only=True)
class _OfRanks(Scheme):
    """Ranks within each case first; a missing value is last in its case, as in challengeR."""

    def smaller_is_better(self, direction: Direction) -> bool:
        """Return True: a small rank is good."""
        return True

    def _doubled(self, values: NDArray[np.float64], larger: bool) -> NDArray[np.int64]:
        """Return twice the rank within each case: whole numbers, also with average ties."""
        ranks = ranks_of(values, smaller_is_better=not larger, ties=self.ties)
        return np.rint(2 * ranks).astype(np.int64)


@dataclass(frozen=True, kw_only=True)
class RankThenMean(_OfRanks):
    """Rank within each case, then rank the mean ranks."""

    name = "rank_then_mean"
    title = "rank within cases, then mean"
    peer = "rankThenAggregate(FUN = mean)"
    supports = ("frequency", "importance")

    def case_numbers(
        self, values: NDArray[np.float64], direction: Direction
    ) -> tuple[NDArray[np.generic], int]:
        """Return the ranks within the cases."""
        return self._doubled(values, check_direction(direction)), 2

    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        return case_means(self._doubled(values, larger), weights, 2).T


@dataclass(frozen=True, kw_only=True)
class RankThenMedian(_OfRanks):
    """Rank within each case, then rank the median ranks; ties are many."""

    name = "rank_then_median"
    title = "rank within cases, then median"
    peer = "rankThenAggregate(FUN = median)"

    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        doubled = self._doubled(values, larger)
        return weighted_quantiles(doubled, doubled > 0, weights, 0.5) / 2
