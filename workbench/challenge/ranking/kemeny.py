"""Exact Kemeny consensus of rankings with ties, by dynamic programming over subsets.

The distance of two rankings is Kemeny and Snell's (1962, Mathematical Models in the Social
Sciences, chapter 2): over pairs of algorithms, 2 where the order is reversed, 1 where one ranking
ties them and the other does not. The consensus may tie algorithms too: two that tie in every
ranking tie in every optimum. A ranking is a sequence of groups; the cheapest way to go on after a
set of first places does not depend on their order, so 2**m sets and 3**m steps suffice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.sums import on_grid

MOST_ALGORITHMS = 10


@dataclass(frozen=True)
class PairCosts:
    """What each order of each pair costs, summed over the rankings.

    Attributes:
        before: Shape ``(m, m)``: cost of putting the row before the column.
        tied: Shape ``(m, m)``: cost of tying the two.
    """

    before: NDArray[np.float64]
    tied: NDArray[np.float64]

    @classmethod
    def of(cls, ranks: NDArray[np.float64], weights: NDArray[np.generic]) -> PairCosts:
        """Return the costs of rankings ``(K, m)`` with weights ``(K,)``; sums are exact."""
        exact = on_grid(weights.astype(np.float64), 2.0 * ranks.shape[1] ** 2 * len(weights))
        ahead = np.sign(ranks[:, None, :] - ranks[:, :, None])
        before = np.tensordot(exact, 1.0 - ahead, axes=1)
        tied = np.tensordot(exact, np.abs(ahead), axes=1)
        np.fill_diagonal(before, 0.0)
        return cls(before, tied)

    def distance(self, ranks: NDArray[np.float64]) -> float:
        """Return the summed distance of one ranking ``(m,)`` to all."""
        ahead = ranks[:, None] < ranks[None, :]
        tied = np.triu(ranks[:, None] == ranks[None, :], 1)
        return float(self.before[ahead].sum() + self.tied[tied].sum())

    @property
    def lower_bound(self) -> float:
        """What no ranking can go below: the cheapest choice for every pair on its own."""
        cheapest = np.minimum(np.minimum(self.before, self.before.T), self.tied)
        return float(np.triu(cheapest, 1).sum())


class Kemeny:
    """All optimal rankings for some pair costs.

    Args:
        costs: Costs of at most :data:`MOST_ALGORITHMS` algorithms.
    """

    def __init__(self, costs: PairCosts) -> None:
        self.n = len(costs.before)
        self.sets = np.arange(2**self.n)
        bits = (self.sets[:, None] >> np.arange(self.n) & 1).astype(np.float64)
        inside = (bits @ costs.tied * bits).sum(axis=1) / 2
        # Cost of putting group B (column) right after the set S (row).
        self._step = bits @ costs.before @ bits.T + inside
        self._rest = self._cheapest_rest()

    def _cheapest_rest(self) -> NDArray[np.float64]:
        """Return, for each set of first places, the least cost of all that follows."""
        rest = np.zeros(len(self.sets))
        for first in self.sets[-2::-1]:
            groups = self._groups(first)
            rest[first] = (self._step[first, groups] + rest[first | groups]).min()
        return rest

    def _groups(self, first: np.int64) -> NDArray[np.int64]:
        """Return the groups that may follow the set ``first``."""
        return np.asarray(self.sets[1:][(self.sets[1:] & first) == 0])

    def _best_groups(self, first: int) -> NDArray[np.int64]:
        """Return the groups that follow ``first`` in some optimum (given that ``first`` does)."""
        place = np.int64(first)
        groups = self._groups(place)
        cost = self._step[place, groups] + self._rest[place | groups]
        return np.asarray(groups[cost == self._rest[place]])

    @property
    def distance(self) -> float:
        """Distance of every optimum to all rankings."""
        return float(self._rest[0])

    @cached_property
    def _optimal_steps(self) -> dict[int, list[int]]:
        """The groups that follow each set which starts some optimum."""
        full = int(self.sets[-1])
        steps: dict[int, list[int]] = {}
        waiting = [0]
        while waiting:
            first = waiting.pop()
            if first in steps or first == full:
                continue
            steps[first] = [int(group) for group in self._best_groups(first)]
            waiting += [first | group for group in steps[first]]
        return steps

    @property
    def n_optima(self) -> int:
        """How many rankings are optimal."""
        full = int(self.sets[-1])
        ways = {full: 1}
        for first in sorted(self._optimal_steps, reverse=True):
            ways[first] = sum(ways[first | group] for group in self._optimal_steps[first])
        return ways[0]

    def rank_range(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return each algorithm's best and worst place over all optima, ties as ``min``."""
        best = np.full(self.n, np.inf)
        worst = np.zeros(self.n)
        for first, groups in self._optimal_steps.items():
            rank = first.bit_count() + 1
            members = np.bitwise_or.reduce(np.array(groups)) >> np.arange(self.n) & 1 == 1
            best[members] = np.minimum(best[members], rank)
            worst[members] = np.maximum(worst[members], rank)
        return best, worst

    def optima(self) -> Iterator[NDArray[np.float64]]:
        """Give every optimal ranking as group numbers ``(m,)``, the first group being 0."""
        full = int(self.sets[-1])
        waiting: list[tuple[int, tuple[int, ...]]] = [(0, ())]
        while waiting:
            first, groups = waiting.pop()
            if first == full:
                members = np.array(groups)[:, None] >> np.arange(self.n) & 1
                yield members.argmax(axis=0).astype(np.float64)
                continue
            found = self._optimal_steps[first]
            waiting += [(first | group, (*groups, group)) for group in reversed(found)]
