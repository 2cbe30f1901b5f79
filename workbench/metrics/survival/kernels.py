"""The compiled inner loop of concordance (needs numba); NumPy at the caller counts the same."""

from __future__ import annotations

from typing import Any

import numba


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def count_outranked(
    rank: Any, asked: Any, reach: Any, weights: Any, tree: Any, own: Any, below: Any, tied: Any
) -> None:
    """Write the weight of the first cases of a walk that rank below each asked rank, or with it.

    A Fenwick tree (Fenwick 1994, Software: Practice and Experience 24:327) over ranks, each of its
    nodes a row of counters, one for each column of weights.

    Args:
        rank: Rank of each case of the walk, ``0 .. R-1``, shape ``(n,)``.
        asked: Ranks asked for, shape ``(m,)``.
        reach: How many cases of the walk each question is about, never falling, shape ``(m,)``.
        weights: Whole numbers in the order of the walk, shape ``(n, b)``.
        tree: Zeros, shape ``(R + 1, b)``, of a type that holds a column's sum.
        own: Zeros, shape ``(R, b)``; the weight at each rank.
        below: Result, shape ``(m, b)``.
        tied: Result, shape ``(m, b)``.
    """
    width = weights.shape[1]
    place = 0
    for question in range(len(asked)):
        while place < reach[question]:
            for b in range(width):
                own[rank[place], b] += weights[place, b]
            node = rank[place] + 1
            while node < len(tree):
                for b in range(width):
                    tree[node, b] += weights[place, b]
                node += node & -node
            place += 1
        for b in range(width):
            tied[question, b] = own[asked[question], b]
        node = asked[question]
        while node > 0:
            for b in range(width):
                below[question, b] += tree[node, b]
            node -= node & -node
