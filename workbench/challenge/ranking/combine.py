"""Means of ranks: several metrics of one task, or several tasks, with weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.challenge.ranking.decimals import whole_numbers
from workbench.challenge.ranking.missing import Direction
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.table import TaskTable
from workbench.challenge.ranking.ties import Ties, ranks_of
from workbench.errors import DataError, UsageError, did_you_mean
from workbench.metrics import case_means


def rank_weights(weights: ArrayLike | None, n_rankings: int) -> tuple[NDArray[np.generic], int]:
    """Return the weights of rankings as whole numbers and their divisor, where they are decimals.

    Args:
        weights: One a ranking; None weighs all alike.
        n_rankings: How many rankings there are.

    Raises:
        UsageError: Not one weight a ranking, negative, not finite, or all zero.

    >>> rank_weights([0.5, 0.25], 2)
    (array([50, 25]), 100)
    """
    given = np.ones(n_rankings) if weights is None else np.asarray(weights, dtype=np.float64)
    if given.shape != (n_rankings,):
        raise UsageError(f"weights need one number for each of {n_rankings}, got {given.tolist()}")
    if not np.isfinite(given).all() or given.min() < 0 or not given.any():
        raise UsageError(f"weights are not negative and not all zero, got {given.tolist()}")
    return whole_numbers(given)


def mean_of_ranks(ranks: ArrayLike, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """Return the weighted mean of several rankings; equal means are equal to the bit.

    Args:
        ranks: Shape ``(K, ..., m)``: K metrics or tasks; whole or half numbers.
        weights: Shape ``(K,)``; None weighs all alike.

    Returns:
        Shape ``(..., m)``.

    >>> mean_of_ranks([[1, 2, 3], [2, 1, 3]], [2, 1]).round(3).tolist()
    [1.333, 1.667, 3.0]
    """
    table = np.asarray(ranks, dtype=np.float64)
    doubled = np.rint(2 * table)
    if table.ndim < 2 or not np.array_equal(doubled, 2 * table):
        raise DataError("ranks are whole or half numbers, one row a ranking")
    whole, _ = rank_weights(weights, len(table))
    flat = doubled.reshape(len(table), -1).astype(np.int64)
    return case_means(flat, whole[:, None], 2).reshape(table.shape[1:])


def combine_metrics(
    tables: Mapping[str, TaskTable],
    directions: Mapping[str, Direction],
    scheme: Scheme,
    *,
    metric_weights: Mapping[str, float] | None = None,
    weights: ArrayLike | None = None,
    ties: Ties = "min",
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rank by several metrics: rank by each, then rank the weighted mean of the ranks.

    Args:
        tables: One table a metric, with the same cases and algorithms.
        directions: Whether more of each metric is better.
        scheme: How each metric ranks.
        metric_weights: Weight of each metric; None weighs all alike.
        weights: Weights of cases, ``(n,)`` or ``(n, B)``: the same resamples for all metrics.
        ties: How equal mean ranks are numbered.

    Returns:
        Mean ranks and final ranks, both ``(B, m)``.

    Raises:
        UsageError: Metrics without a direction or weight, or weights of unknown metrics.
        DataError: The tables differ in cases or algorithms.
    """
    names = list(tables)
    for what, given in (("direction", directions), ("weight", metric_weights)):
        if given is not None and set(given) != set(names):
            odd = sorted(set(given) ^ set(names))
            hint = did_you_mean(odd[0], names)
            raise UsageError(f"each metric has one {what}; check {', '.join(odd)}", remedy=hint)
    first = tables[names[0]]
    for name in names[1:]:
        same = tables[name].cases == first.cases and tables[name].algorithms == first.algorithms
        if not same:
            raise DataError(f"{name} and {names[0]} are not on the same cases and algorithms")
    ranks = [scheme.ranks(tables[name].values, weights, directions[name]) for name in names]
    by_metric = None if metric_weights is None else [metric_weights[name] for name in names]
    means = mean_of_ranks(np.stack(ranks), by_metric)
    return means, ranks_of(means, smaller_is_better=True, ties=ties)
