"""Confidence sets for ranks and the leader's tie group, from tests of all pairs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.pair_tests import PairTests


def rank_sets(
    tests: PairTests, n_algorithms: int, *, smaller_is_better: bool, level: float
) -> NDArray[np.int64]:
    """Return simultaneous confidence sets of all ranks.

    An algorithm stands behind all that are significantly better and before all that are
    significantly worse. The tests hold the chance of any wrong verdict below ``1 - level``, so all
    true ranks lie within their sets together with a chance of ``level``, also between equals. The
    true rank is 1 + the number of truly better algorithms. Mogstad, Romano, Shaikh and Wilhelm
    2024, Rev Econ Stud 91:476; Al Mohamad, Goeman and van Zwet 2022, Stat Med 41:2840.

    Args:
        tests: Tests of all pairs; adjusted p values are used, two-sided.
        n_algorithms: Number m of algorithms.
        smaller_is_better: Direction of the tested differences.
        level: Joint level of the sets.

    Returns:
        Smallest and largest rank of each, shape ``(m, 2)``.
    """
    apart = significant(tests, level)
    first_better = (tests.differences < 0) == smaller_is_better
    winners = np.where(first_better, tests.pairs[:, 0], tests.pairs[:, 1])[apart]
    losers = np.where(first_better, tests.pairs[:, 1], tests.pairs[:, 0])[apart]
    better_than_it = np.bincount(losers, minlength=n_algorithms)
    worse_than_it = np.bincount(winners, minlength=n_algorithms)
    return np.column_stack([1 + better_than_it, n_algorithms - worse_than_it])


def tie_group(tests: PairTests, leaders: NDArray[np.bool_], level: float) -> NDArray[np.bool_]:
    """Return who cannot be told from a leader, shape ``(m,)``; leaders belong to it.

    The group is anchored at rank 1: its members need not be tied with each other.

    Args:
        tests: Tests of all pairs; adjusted p values are used.
        leaders: Who has rank 1, shape ``(m,)``; several where scores are equal.
        level: Who differs from every leader, adjusted p at most ``1 - level``, is out.
    """
    group = leaders.copy()
    tied = tests.pairs[~significant(tests, level)]
    group[tied[leaders[tied].any(axis=1)]] = True
    return group


def significant(tests: PairTests, level: float) -> NDArray[np.bool_]:
    """Return which pairs differ at the joint level, shape ``(h,)``."""
    # Rounded: 1 - 0.95 is a little more than 0.05, 1 - 0.9 a little less than 0.1.
    return np.asarray(tests.adjusted <= round(1.0 - level, 12))
