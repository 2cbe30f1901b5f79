"""Weighted sums over pairs of an event and a case that outlasts it, exact in any row order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.sums import column_sums, is_integral
from workbench.metrics.survival.outranked import outranked
from workbench.metrics.survival.walk import Walk


@dataclass(frozen=True)
class PairRule:
    """Which pairs compare, and what a pair of tied risks is worth.

    Attributes:
        same_time: Whether an event compares with a case censored at the same time, which is then
            the one that lasted longer. Two events at the same time never compare.
        tied_risk: Half a pair in the right order, a pair in the wrong order, or left out.
    """

    same_time: bool
    tied_risk: Literal["half", "wrong", "left out"]

    def __str__(self) -> str:
        """The rule in words."""
        same = "compare (the event came first)" if self.same_time else "do not compare"
        worth = {"half": "counts half", "wrong": "counts as wrong", "left out": "is left out"}
        return (
            f"an event and a censoring at one time {same}, two events at one time do not; "
            f"a tied risk {worth[self.tied_risk]}"
        )


@dataclass(frozen=True, eq=False)
class Counts:
    """Weights as whole numbers, so that sums over cases are exact.

    Attributes:
        numbers: Shape ``(n, b)``.
        step: What one count stands for in each column, a power of two, shape ``(b,)``.
        exact: Whether sums over pairs of them are exact too.
    """

    numbers: NDArray[np.signedinteger]
    step: NDArray[np.float64]
    exact: bool

    @classmethod
    def of(cls, weights: NDArray[np.generic]) -> Counts:
        """Return weights ``(n, b)`` as counts; real ones to 2**-60 of n times the largest."""
        if is_integral(weights):
            largest = float(weights.sum(axis=0, dtype=np.float64).max(initial=0.0))
            if largest < 2**31:
                return cls(weights.astype(np.int32), np.ones(weights.shape[1]), True)
        real = weights.astype(np.float64)
        _, exponent = np.frexp(real.max(axis=0) * len(real))
        numbers = np.rint(np.ldexp(real, 60 - exponent)).astype(np.int64)
        return cls(numbers, np.ldexp(1.0, exponent - 60), False)

    def before(self, reach: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the sums of the first ``reach`` rows, shape ``(m, b)``."""
        sums = np.zeros((len(self.numbers) + 1, self.numbers.shape[1]), dtype=np.int64)
        np.cumsum(self.numbers, axis=0, out=sums[1:])
        return np.asarray(sums[reach])


def credits(
    rule: PairRule,
    rank: NDArray[np.int64],
    n_ranks: int,
    asked: NDArray[np.int64],
    reach: NDArray[np.int64],
    counts: Counts,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return twice the pairs in the right order, and twice all pairs, of each question.

    Args:
        rule: What a tied rank is worth.
        rank: Rank of each case of the walk, shape ``(n,)``.
        n_ranks: Number of ranks.
        asked: Ranks that ought to be the higher ones, shape ``(m,)``.
        reach: How many cases of the walk each is compared with, never falling, shape ``(m,)``.
        counts: Weights in the order of the walk, shape ``(n, b)``.

    Returns:
        Two arrays of shape ``(m, b)``.
    """
    below, tied = outranked(rank, n_ranks, asked, reach, counts.numbers)
    return worth(rule, below, tied, counts.before(reach))


def worth(
    rule: PairRule,
    below: NDArray[np.signedinteger],
    tied: NDArray[np.signedinteger],
    compared: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return twice the pairs won, and twice all pairs, from those below, tied and compared with."""
    won, pairs = 2 * below.astype(np.int64), 2 * compared
    if rule.tied_risk == "half":
        won += tied
    elif rule.tied_risk == "left out":
        pairs -= 2 * tied.astype(np.int64)
    return won, pairs


def event_credits(
    rule: PairRule, walk: Walk, rank: NDArray[np.int64], n_ranks: int, counts: Counts
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return :func:`credits` of every event of the walk, as the earlier one of its pairs."""
    events = np.flatnonzero(walk.event)
    reach = walk.outlasting if rule.same_time else walk.later
    return credits(rule, rank, n_ranks, rank[events], reach[events], counts)


def follower_credits(
    rule: PairRule, walk: Walk, rank: NDArray[np.int64], n_ranks: int, lead: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return twice the pairs won, and all pairs, that each case is in as the one that lasts longer.

    Args:
        rule: Which pairs compare.
        walk: The cases.
        rank: Rank of each case of the walk, shape ``(n,)``.
        n_ranks: Number of ranks.
        lead: Weight of each case of the walk as the earlier one, 0 where censored, shape ``(n,)``.

    Returns:
        Two arrays of shape ``(n,)``, in the order of the walk.
    """
    back = np.ascontiguousarray((n_ranks - 1 - rank)[::-1])
    reach = np.ascontiguousarray(walk.preceded(rule.same_time)[::-1])
    counts = Counts.of(lead[::-1, None])
    won, pairs = credits(rule, back, n_ranks, back, reach, counts)
    return won[::-1, 0] * counts.step, pairs[::-1, 0] * counts.step


def weighted_share(
    won: NDArray[np.int64], pairs: NDArray[np.int64], lead: NDArray[np.generic]
) -> NDArray[np.float64]:
    """Return the weighted share of pairs won, shape ``(b,)``; NaN without pairs.

    Args:
        won: Pairs won by each event, shape ``(m, b)``.
        pairs: Pairs of each event, shape ``(m, b)``.
        lead: Weight of each event; whole numbers give exact sums, an infinite weight NaN.
    """
    if lead.dtype.kind == "i":
        top, bottom = (np.einsum("ij,ij->j", lead.astype(np.int64), part) for part in (won, pairs))
    else:
        broken = np.isinf(lead).any(axis=0)
        real = np.where(broken, 0.0, lead).astype(np.float64)
        # A power of two for each column: enormous weights do not overflow, digits stay.
        real = np.ldexp(real, -np.frexp(real.max(axis=0, initial=0.0))[1])
        top, bottom = (column_sums(real * part) for part in (won, pairs))
        bottom = np.where(broken, np.nan, bottom)
    with np.errstate(invalid="ignore"):
        return np.asarray(top / bottom)
