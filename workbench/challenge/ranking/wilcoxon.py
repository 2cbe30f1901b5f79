"""One-sided paired Wilcoxon signed rank tests of all pairs under counts (normal approximation).

Equal to R ``wilcox.test(x, y, paired = TRUE, exact = FALSE)``: zero differences are left out, tied
absolute differences share their mean rank, the variance is corrected for ties. A count of 2 is the
row written twice, so a resample has exactly the ties it would have had. All sums are whole numbers.

Cost: pairs x cases x columns of weights. On one core, compiled: 20 algorithms, 1,000 cases and
1,000 resamples (1.9e8 steps) 0.1 s; 100 algorithms and 10,000 cases (5e10 steps) 40 s, a hundred
times as much as the other schemes (1.5 s without a bootstrap).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.counts import Counts
from workbench.errors import DataError

_BLOCK_SIZE = 4_000_000
# Cubes of a total count are kept in 64 bits.
_MOST = 2_000_000


def one_sided(
    values: NDArray[Any],
    present: NDArray[np.bool_],
    weights: NDArray[np.generic],
    *,
    correct: bool = True,
) -> NDArray[np.float64]:
    """Return the p value of "the first is larger than the second" for every ordered pair.

    Args:
        values: Shape ``(n, m)``; whole numbers make equal differences equal to the bit.
        present: Values that count, shape ``(n, m)``; a pair uses the cases both have.
        weights: Whole numbers, shape ``(n, B)``.
        correct: Continuity correction (R's default).

    Returns:
        Shape ``(B, m, m)``: row larger than column. NaN on the diagonal and where all differences
        of a pair are zero (0/0).

    Raises:
        UsageError: Weights are no counts.
        DataError: Counts add up to more than two million.
    """
    counts = Counts(weights, "test_then_rank")
    if counts.totals.max() > _MOST:
        raise DataError(f"a signed rank test takes at most {_MOST:,} cases")
    pairs = list(combinations(range(values.shape[1]), 2))
    compiled = counts.compiled(len(pairs))
    p_values = np.full((weights.shape[1], values.shape[1], values.shape[1]), np.nan)
    columns, there = np.ascontiguousarray(values.T), np.ascontiguousarray(present.T)
    walk_of = _alike if bool((weights == 1).all()) else _walk
    for i, j in pairs:
        gap = columns[i] - columns[j]
        walk = walk_of(gap, np.flatnonzero(there[i] & there[j] & (gap != 0)))
        sums = walk.plain(counts) if compiled is None else walk.fast(counts, compiled)
        p_values[:, i, j], p_values[:, j, i] = _both(sums, correct)
    return p_values


def _walk(gap: NDArray[Any], rows: NDArray[np.int64]) -> _Walk:
    """Return the rows by rising absolute difference; any order among equals will do."""
    order = rows[np.argsort(np.abs(gap[rows]))]
    size = np.abs(gap[order])
    return _Walk(order, gap[order] > 0, _tied(size))


def _alike(gap: NDArray[Any], rows: NDArray[np.int64]) -> _Walk:
    """Return :func:`_walk` where all rows count alike, so that any row may stand for another.

    Size and sign then fit one whole number (floats that are not negative are in the order of their
    bits), and sorting numbers is four times as fast as sorting places.
    """
    found = gap[rows]
    key = np.sort((np.abs(found).view(np.uint64) << np.uint64(1)) | (found > 0))
    size = key >> np.uint64(1)
    return _Walk(rows, (key & np.uint64(1)).astype(bool), _tied(size))


def _tied(size: NDArray[Any]) -> NDArray[np.bool_]:
    """Return whether each sorted size equals the next one."""
    tied = np.zeros(len(size), dtype=bool)
    tied[:-1] = size[1:] == size[:-1]
    return tied


def _both(
    sums: NDArray[np.int64], correct: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the p values of both directions.

    Args:
        sums: Shape ``(3, B)``: twice the sum of positive ranks, the number of differences that are
            not zero, and the sum of ``t**3 - t`` over groups of ties.
        correct: Continuity correction.
    """
    from scipy.special import ndtr

    won, total, cubes = sums
    n = total.astype(np.float64)
    centred = (2 * won - total * (total + 1)).astype(np.float64) / 4
    spread = np.sqrt(n * (n + 1) * (2 * n + 1) / 24 - cubes / 48)
    shift = 0.5 if correct else 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        larger = ndtr(-(centred - shift) / spread)
        smaller = ndtr((centred + shift) / spread)
    return np.where(total > 0, larger, np.nan), np.where(total > 0, smaller, np.nan)


@dataclass(frozen=True)
class _Walk:
    """One pair's cases by rising absolute difference, zeros left out.

    Attributes:
        order: Case numbers, shape ``(k,)``.
        positive: Whether the first of the pair is larger, shape ``(k,)``.
        tied: Whether the size equals that of the next place, shape ``(k,)``.
    """

    order: NDArray[np.int64]
    positive: NDArray[np.bool_]
    tied: NDArray[np.bool_]

    def plain(self, counts: Counts) -> NDArray[np.int64]:
        """Return the sums that :func:`_both` takes, shape ``(3, B)``."""
        sums = np.zeros((3, counts.columns.shape[1]), dtype=np.int64)
        if len(self.order) == 0:
            return sums
        starts = np.flatnonzero(np.concatenate([[True], ~self.tied[:-1]]))
        block = max(1, _BLOCK_SIZE // len(self.order))
        for first in range(0, sums.shape[1], block):
            part = slice(first, first + block)
            drawn = counts.columns[self.order, part].astype(np.int64)
            group = np.add.reduceat(drawn, starts, axis=0)
            gained = np.add.reduceat(np.where(self.positive[:, None], drawn, 0), starts, axis=0)
            below = np.cumsum(group, axis=0) - group
            sums[0, part] = (gained * (2 * below + group + 1)).sum(axis=0)
            sums[1, part] = group.sum(axis=0)
            sums[2, part] = (group**3 - group).sum(axis=0)
        return sums

    def fast(self, counts: Counts, compiled: Any) -> NDArray[np.int64]:
        """Return the same by the compiled loop."""
        n_blocks, _, width = counts.blocks.shape
        sums = np.empty((3, n_blocks, width), dtype=np.int64)
        compiled.signed_rank_sums(self.order, self.positive, self.tied, counts.blocks, sums)
        return sums.reshape(3, -1)[:, : counts.columns.shape[1]]
