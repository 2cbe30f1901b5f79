"""The ranking of one task with all its uncertainty, derived from scores on the same resamples."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.agreement import kendall
from workbench.challenge.ranking.rank_bootstrap import (
    first_shares,
    rank_intervals,
    score_intervals,
)
from workbench.challenge.ranking.rank_sets import rank_sets, tie_group
from workbench.challenge.ranking.resampled import Resampled
from workbench.challenge.ranking.ties import Ties, check_ties, ranks_of
from workbench.metrics.choices import check_level
from workbench.metrics.pair_bootstrap import all_pairs_resampled
from workbench.metrics.pair_tests import PairTests

# Rankings at a time for Kendall's tau: 4,950 pairs (100 algorithms) then need a few megabytes.
_BLOCK = 100


@dataclass(frozen=True)
class TaskRanking:
    """Ranks, intervals, tests and groups of one task; everything is derived when first asked for.

    Attributes:
        scores: Scores on the whole set and on resamples.
        tests: Tests of all pairs.
        level: Level of intervals, sets and groups.
        ties: How equal scores are numbered.
        task: Name of the task; empty where there is only one.
        n_cases: Number of cases.
        centre_scores: For each centre, the scores without it, shape ``(m,)``.
        intervals_instead: Intervals to show in place of the percentile ones, by algorithm number.
    """

    scores: Resampled
    tests: PairTests
    level: float = 0.95
    ties: Ties = "min"
    task: str = ""
    n_cases: int = 0
    centre_scores: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    intervals_instead: Mapping[int, tuple[float, float]] = field(default_factory=dict)

    def ranks_of(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the ranks of scores ``(m,)`` or ``(B, m)``; 1 is best."""
        compared = self.scores.compared(scores)
        smaller = self.scores.smaller_is_better
        return ranks_of(compared, smaller_is_better=smaller, ties=self.ties)

    @cached_property
    def ranks(self) -> NDArray[np.float64]:
        """Ranks on the whole set, shape ``(m,)``."""
        return self.ranks_of(self.scores.points)

    @cached_property
    def bootstrap_ranks(self) -> NDArray[np.float64]:
        """Ranks on every resample, shape ``(B, m)``."""
        return self.ranks_of(self.scores.values.T)

    @cached_property
    def score_intervals(self) -> NDArray[np.float64]:
        """Intervals of the scores, shape ``(m, 2)``."""
        found = score_intervals(self.scores.values, self.level)
        for number, ends in self.intervals_instead.items():
            found[number] = ends
        return found

    @cached_property
    def rank_intervals(self) -> NDArray[np.float64]:
        """Bootstrap percentile intervals of the ranks, ``(m, 2)``; no confidence sets near ties."""
        return rank_intervals(self.bootstrap_ranks, self.level)

    @cached_property
    def first_shares(self) -> NDArray[np.float64]:
        """Share of resamples each is first in, shape ``(m,)``."""
        scores = self.scores
        return first_shares(scores.compared(scores.values), scores.smaller_is_better)

    @cached_property
    def rank_sets(self) -> NDArray[np.int64]:
        """Simultaneous confidence sets of the ranks, shape ``(m, 2)``."""
        return rank_sets(
            self.tests,
            len(self.scores.names),
            smaller_is_better=self.scores.smaller_is_better,
            level=self.level,
        )

    @cached_property
    def tie_group(self) -> NDArray[np.bool_]:
        """Who cannot be told from a leader, shape ``(m,)``."""
        compared = self.scores.compared(self.scores.points)
        best = compared.min() if self.scores.smaller_is_better else compared.max()
        return tie_group(self.tests, compared == best, self.level)

    @cached_property
    def stability(self) -> NDArray[np.float64]:
        """Kendall's tau-b of each bootstrap ranking with the full one, shape ``(B,)``."""
        ranks = self.bootstrap_ranks
        blocks = [
            kendall(self.ranks, ranks[first : first + _BLOCK])[0]
            for first in range(0, len(ranks), _BLOCK)
        ]
        return np.concatenate(blocks)


def rank_resampled(
    scores: Resampled,
    *,
    level: float = 0.95,
    ties: Ties = "min",
    tests: PairTests | None = None,
    task: str = "",
    n_cases: int = 0,
) -> TaskRanking:
    """Return the ranking of one task from nothing but stored scores.

    This is what a leaderboard calls: a submission more is a row more in ``scores``.

    Args:
        scores: Scores on the whole set and on resamples; see :func:`resampled_scores`.
        level: Level of intervals, sets and groups.
        ties: How equal scores are numbered: min (competition rank), max or average.
        tests: Tests of all pairs made elsewhere, in the order of ``scores.names`` and of what is
            compared there; by default the studentised bootstrap of the stored scores.
        task: Name of the task.
        n_cases: Number of cases.

    Raises:
        UsageError: An unknown way to number ties, or a level that is no share.

    >>> from workbench.challenge.ranking.resampled import resampled_scores
    >>> noise = np.random.default_rng(0).normal(scale=0.01, size=(3, 500))
    >>> points = np.array([0.9, 0.9, 0.5])
    >>> scores = resampled_scores(["a", "b", "c"], points, points[:, None] + noise,
    ...                    direction="maximize", n_units=100)
    >>> found = rank_resampled(scores)
    >>> found.ranks.tolist(), found.tie_group.tolist()
    ([1.0, 1.0, 3.0], [True, True, False])
    >>> found.rank_sets.tolist()
    [[1, 2], [1, 2], [3, 3]]
    """
    check_ties(ties)
    check_level(level)
    if tests is None:
        points, values = scores.compared(scores.points), scores.compared(scores.values)
        tests = all_pairs_resampled(points, values, scores.n_units, level=level)
    return TaskRanking(scores, tests, level, ties, task, n_cases)
