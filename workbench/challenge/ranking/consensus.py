"""One ranking for several tasks: by mean rank, or the exact Kemeny consensus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.challenge.ranking.combine import mean_of_ranks, rank_weights
from workbench.challenge.ranking.kemeny import MOST_ALGORITHMS, Kemeny, PairCosts
from workbench.challenge.ranking.ties import Ties, ranks_of
from workbench.errors import DataError, UsageError, did_you_mean

Method = Literal["mean_rank", "kemeny"]


@dataclass(frozen=True)
class Consensus:
    """A consensus of rankings.

    Attributes:
        method: ``mean_rank`` or ``kemeny``.
        algorithms: Names, length m.
        mean_rank: Weighted mean of the ranks, shape ``(m,)``.
        solutions: Ranks, one row a solution, shape ``(S, m)``; all optima of Kemeny, sorted.
        distance: Weighted Kemeny-Snell distance of each solution to all rankings.
        lower_bound: No ranking has a smaller distance than this.
        n_solutions: How many optima there are; larger than S where they were cut off.
        best: Best place of each algorithm over all optima (also those cut off), shape ``(m,)``.
        worst: Worst place, likewise; ties numbered as ``min``.
    """

    method: Method
    algorithms: tuple[str, ...]
    mean_rank: NDArray[np.float64]
    solutions: NDArray[np.float64]
    distance: float
    lower_bound: float
    n_solutions: int
    best: NDArray[np.float64]
    worst: NDArray[np.float64]

    @property
    def complete(self) -> bool:
        """Whether every optimum is listed."""
        return len(self.solutions) == self.n_solutions

    def to_frame(self) -> pd.DataFrame:
        """Return columns algorithm, mean_rank, rank, solution (numbered from 1)."""
        parts = [
            pd.DataFrame(
                {
                    "algorithm": self.algorithms,
                    "mean_rank": self.mean_rank,
                    "rank": ranks,
                    "solution": number,
                }
            ).sort_values(["rank", "algorithm"])
            for number, ranks in enumerate(self.solutions, start=1)
        ]
        return pd.concat(parts, ignore_index=True)


def consensus_ranking(
    ranks: ArrayLike,
    algorithms: Sequence[str],
    *,
    method: Method = "mean_rank",
    weights: ArrayLike | None = None,
    ties: Ties = "min",
    most: int = 1000,
) -> Consensus:
    """Return the consensus of the rankings of several tasks.

    Args:
        ranks: Shape ``(K, m)``, one row a task; ties may be numbered any way.
        algorithms: Names of the columns.
        method: ``mean_rank`` (challengeR ``consensus(method = "euclidean")``) or ``kemeny``: the
            ranking, ties allowed, with the least sum of Kemeny-Snell distances; exact, for at most
            ten algorithms.
        weights: Weight of each task; None weighs all alike.
        ties: How equal places are numbered in the solutions.
        most: How many optima are listed; ``n_solutions``, ``best`` and ``worst`` know them all.

    Raises:
        UsageError: Unknown method, weights that do not fit, or Kemeny above ten algorithms.
        DataError: Ranks are not one finite number a task and algorithm.

    >>> ranks = [[1, 2, 3], [1, 3, 2], [2, 1, 3]]
    >>> found = consensus_ranking(ranks, ["a", "b", "c"], method="kemeny")
    >>> found.solutions.tolist(), found.distance
    ([[1.0, 2.0, 3.0]], 4.0)
    """
    table = np.asarray(ranks, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] != len(algorithms) or not np.isfinite(table).all():
        raise DataError(f"ranks need one number a task and algorithm, got shape {table.shape}")
    if method not in ("mean_rank", "kemeny"):
        hint = did_you_mean(method, ("mean_rank", "kemeny"))
        raise UsageError(f"method is mean_rank or kemeny, got '{method}'", remedy=hint)
    whole, divisor = rank_weights(weights, len(table))
    costs = PairCosts.of(table, whole)
    means = mean_of_ranks(table, weights)
    by_mean = ranks_of(means, smaller_is_better=True, ties="min")
    if method == "kemeny":
        return _kemeny(costs, divisor, means, by_mean, tuple(algorithms), ties, most)
    return Consensus(
        method="mean_rank",
        algorithms=tuple(algorithms),
        mean_rank=means,
        solutions=ranks_of(means, smaller_is_better=True, ties=ties)[None, :],
        distance=costs.distance(by_mean) / divisor,
        lower_bound=costs.lower_bound / divisor,
        n_solutions=1,
        best=by_mean,
        worst=by_mean,
    )


def _kemeny(
    costs: PairCosts,
    divisor: int,
    means: NDArray[np.float64],
    by_mean: NDArray[np.float64],
    algorithms: tuple[str, ...],
    ties: Ties,
    most: int,
) -> Consensus:
    """Return the exact consensus, or refuse with what the mean rank reaches."""
    bound = costs.lower_bound / divisor
    if len(algorithms) > MOST_ALGORITHMS:
        reached = costs.distance(by_mean) / divisor
        raise UsageError(
            f"exact Kemeny takes at most {MOST_ALGORITHMS} algorithms, got {len(algorithms)}",
            remedy=f"use method='mean_rank': its distance is {reached:g}, and no ranking has "
            f"less than {bound:g}",
        )
    solver = Kemeny(costs)
    found = np.array(list(islice(solver.optima(), most)))
    solutions = ranks_of(found, smaller_is_better=True, ties=ties)
    best, worst = solver.rank_range()
    return Consensus(
        method="kemeny",
        algorithms=algorithms,
        mean_rank=means,
        solutions=solutions[np.lexsort(solutions.T[::-1])],
        distance=solver.distance / divisor,
        lower_bound=bound,
        n_solutions=solver.n_optima,
        best=best,
        worst=worst,
    )
