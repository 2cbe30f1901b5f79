"""How alike the answers of many submissions are: rank correlation and share of equal decisions.

All pairs are screened in single precision, some columns at a time; what comes near the threshold
is computed again exactly. Memory is the answers in single precision and one table of all pairs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

# How far single precision may be off; pairs that near a threshold are looked at again.
_SLACK = 1e-3
_COLUMNS = 4096


class Alike(NamedTuple):
    """Two submissions beside each other.

    Attributes:
        first: Number of the one.
        second: Number of the other, larger.
        rank_correlation: Spearman's, over cases and columns.
        correlation: Pearson's of the stated numbers.
        same_decisions: Share of cases with the same decision.
    """

    first: int
    second: int
    rank_correlation: float
    correlation: float
    same_decisions: float


class Answered:
    """Answers of many submissions to the same cases, filled in one by one.

    Args:
        n_submissions: How many there will be, m.
        n_cases: Number of cases, n.
        n_columns: Columns compared, d: of classes all but the first.
        n_decisions: Number of different decisions.
    """

    def __init__(self, n_submissions: int, n_cases: int, n_columns: int, n_decisions: int) -> None:
        shape = (n_submissions, n_cases * n_columns)
        self.stated = np.zeros(shape, dtype=np.float32)
        self.ranks = np.zeros(shape, dtype=np.float32)
        self.decided = np.zeros((n_submissions, n_cases), dtype=np.int16)
        self.n_columns, self.n_decisions = n_columns, n_decisions

    def put(self, place: int, stated: NDArray[np.float64], decided: NDArray[np.int64]) -> None:
        """Put in one submission: stated numbers ``(n, d)`` and decisions from 0 ``(n,)``."""
        columns = stated.T
        self.stated[place] = columns.ravel()
        self.ranks[place] = _middled(rankdata(columns, axis=1)).ravel()
        self.decided[place] = decided

    def correlations(self) -> NDArray[np.float32]:
        """Return the rank correlation of every pair, shape ``(m, m)``; NaN for constant ones."""
        size = np.sqrt(np.einsum("ij,ij->i", self.ranks, self.ranks, dtype=np.float64))
        product = np.zeros((len(self.ranks), len(self.ranks)), dtype=np.float32)
        for start in range(0, self.ranks.shape[1], _COLUMNS):
            part = self.ranks[:, start : start + _COLUMNS]
            product += part @ part.T
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(product / size / size[:, None], dtype=np.float32)

    def equal_decisions(self) -> NDArray[np.float32]:
        """Return the share of equal decisions of every pair, shape ``(m, m)``."""
        equal = np.zeros((len(self.decided), len(self.decided)), dtype=np.float32)
        for start in range(0, self.decided.shape[1], _COLUMNS):
            part = self.decided[:, start : start + _COLUMNS]
            for number in range(self.n_decisions):
                ones = (part == number).astype(np.float32)
                equal += ones @ ones.T
        return np.asarray(equal / self.decided.shape[1])

    def pair(self, first: int, second: int) -> Alike:
        """Return two submissions beside each other, in double precision."""
        first, second = sorted((first, second))
        return Alike(
            first,
            second,
            _correlation(self.ranks[first], self.ranks[second]),
            _correlation(self._middle(first), self._middle(second)),
            float((self.decided[first] == self.decided[second]).mean()),
        )

    def alike(
        self, owners: NDArray[np.int64], correlation: float, same_decisions: float
    ) -> tuple[list[Alike], NDArray[np.float64]]:
        """Return pairs of different owners above both thresholds, and all correlations of such.

        Args:
            owners: Number of each submission's team, shape ``(m,)``.
            correlation: Least rank correlation.
            same_decisions: Least share of equal decisions.

        Returns:
            The pairs, most alike first; the rank correlations of all pairs of different owners.
        """
        found, equal = self.correlations(), self.equal_decisions()
        apart = np.triu(owners[:, None] != owners[None, :], 1)
        near = apart & (found >= correlation - _SLACK) & (equal >= same_decisions - _SLACK)
        pairs = [self.pair(int(i), int(j)) for i, j in np.argwhere(near)]
        kept = [
            one
            for one in pairs
            if one.rank_correlation >= correlation and one.same_decisions >= same_decisions
        ]
        kept.sort(key=lambda one: (-one.rank_correlation, -one.same_decisions, one[:2]))
        others = found[apart].astype(np.float64)
        return kept, others[~np.isnan(others)]

    def _middle(self, place: int) -> NDArray[np.float64]:
        """Return stated numbers about the mean of each column."""
        return _middled(self.stated[place].reshape(self.n_columns, -1)).ravel()


def _middled(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return rows about their means."""
    rows = values.astype(np.float64)
    return np.asarray(rows - rows.mean(axis=1, keepdims=True))


def _correlation(a: NDArray[np.generic], b: NDArray[np.generic]) -> float:
    """Return the correlation of two series about zero; NaN where one is constant."""
    x, y = a.astype(np.float64), b.astype(np.float64)
    size = float(np.sqrt((x * x).sum() * (y * y).sum()))
    return float(min(1.0, (x * y).sum() / size)) if size > 0 else float("nan")
