"""One tree over cases and intervals, grown to the derivatives of the likelihood."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import kernels
from .params import HazardBoostingParams


@dataclass(frozen=True)
class Periods:
    """What a tree is grown on.

    Attributes:
        bins: Bin of each case and feature, (n, p).
        last: Last interval at risk, (n,).
        gradient: First derivative by the log odds of each case and interval, (n, K).
        curvature: Second derivative, (n, K).
    """

    bins: NDArray[np.uint8]
    last: NDArray[np.int32]
    gradient: NDArray[np.float32]
    curvature: NDArray[np.float32]


@dataclass(frozen=True)
class Tree:
    """A tree as arrays by node; the children of node i are 2 i + 1 and 2 i + 2.

    Attributes:
        feature: A feature, the number of features for the interval, -1 for a leaf.
        threshold: Last bin or interval that goes left.
        value: What a leaf adds to the log odds.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.int32]
    value: NDArray[np.float64]


@dataclass(frozen=True)
class _Node:
    """A node to be split: its cases, and its intervals from the first to before the end."""

    number: int
    members: NDArray[np.int32]
    first: int
    end: int


def grow(periods: Periods, params: HazardBoostingParams) -> Tree:
    """Return the tree whose splits lower the loss most, level by level (Newton boosting).

    Friedman 2001, Ann Stat 29:1189; gains and leaves by the second order (Chen & Guestrin 2016).
    """
    nodes = 2 ** (params.depth + 1) - 1
    tree = Tree(np.full(nodes, -1, np.int32), np.zeros(nodes, np.int32), np.zeros(nodes))
    n_cases, n_intervals = periods.gradient.shape
    waiting = [_Node(0, np.arange(n_cases, dtype=np.int32), 0, n_intervals)]
    while waiting:
        node = waiting.pop()
        by_bin, by_interval = _sums(periods, node, params.bins)
        gradient, curvature = by_interval.sum(axis=0)
        tree.value[node.number] = -params.learning_rate * gradient / (curvature + params.l2)
        if 2 * node.number + 2 >= nodes:
            continue
        split = _best_split(by_bin, by_interval, params)
        if split is not None:
            tree.feature[node.number], tree.threshold[node.number] = split
            waiting += _children(periods, node, *split)
    return tree


def _sums(
    periods: Periods, node: _Node, bins: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the derivatives of a node by feature and bin, and by interval."""
    by_bin = np.zeros((periods.bins.shape[1], bins, 2))
    by_interval = np.zeros((periods.gradient.shape[1], 2))
    span = (node.first, node.end)
    derivatives = (periods.gradient, periods.curvature)
    kernels.add_up(
        periods.bins, periods.last, node.members, span, *derivatives, by_bin, by_interval
    )
    return by_bin, by_interval


def _best_split(
    by_bin: NDArray[np.float64], by_interval: NDArray[np.float64], params: HazardBoostingParams
) -> tuple[int, int] | None:
    """Return the feature (behind the last one: the interval) and threshold that gain most.

    None where no split gains, or where none leaves enough expected events on both sides.
    """
    tables = [*by_bin, by_interval]
    best, found = 1e-9, None
    for feature, table in enumerate(tables):
        left = np.cumsum(table, axis=0)[:-1]
        right = table.sum(axis=0) - left
        allowed = np.minimum(left[:, 1], right[:, 1]) >= params.min_expected_events
        if not allowed.any():
            continue
        gains = np.where(allowed, _score(left, params.l2) + _score(right, params.l2), -np.inf)
        place = int(gains.argmax())
        gain = float(gains[place] - _score(table.sum(axis=0), params.l2))
        if gain > best:
            best, found = gain, (feature, place)
    return found


def _score(sums: NDArray[np.float64], l2: float) -> NDArray[np.float64]:
    """Return twice how much the loss falls when a node takes its best value."""
    return np.asarray(sums[..., 0] ** 2 / (sums[..., 1] + l2))


def _children(periods: Periods, node: _Node, feature: int, threshold: int) -> list[_Node]:
    """Return both sides of a split; a case not at risk in a side's intervals is not in it."""
    left, right = 2 * node.number + 1, 2 * node.number + 2
    if feature == periods.bins.shape[1]:
        middle = threshold + 1
        later = node.members[periods.last[node.members] >= middle]
        return [
            _Node(left, node.members, node.first, middle),
            _Node(right, later, middle, node.end),
        ]
    low = periods.bins[node.members, feature] <= threshold
    return [
        _Node(left, node.members[low], node.first, node.end),
        _Node(right, node.members[~low], node.first, node.end),
    ]
