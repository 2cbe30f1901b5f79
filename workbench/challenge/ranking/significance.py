"""The significance scheme: rank by how many others an algorithm beats in a test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.decimals import whole_numbers
from workbench.challenge.ranking.missing import Direction
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.wilcoxon import one_sided
from workbench.errors import UsageError, did_you_mean
from workbench.metrics.multiplicity import holm

_ADJUSTMENTS = ("none", "holm")


@dataclass(frozen=True, kw_only=True)
class TestThenRank(Scheme):
    """Rank by the share of other algorithms beaten in one-sided paired Wilcoxon tests.

    An algorithm beats another when the p value, normal approximation, is at most ``alpha``. Two
    algorithms with the same values on every case do not beat each other (the test is 0/0 there);
    such pairs do not count in Holm's number of tests, as in R.

    Attributes:
        alpha: Level of each test, or of the family with Holm.
        adjust: ``none`` or ``holm`` (over all ordered pairs).
        correct: Continuity correction; R's and challengeR's default.
        exact_decimals: Take values with few decimals as exactly those decimals, so that 0.9 - 0.8
            equals 0.8 - 0.7. False compares float differences as R does.
    """

    __test__ = False  # pytest: a scheme, not a test class
    name = "test_then_rank"
    title = "significant wins, then rank"
    peer = "testThenRank(alpha = 0.05, p.adjust.method = ...)"
    alpha: float = 0.05
    adjust: str = "none"
    correct: bool = True
    exact_decimals: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 < self.alpha < 1.0:
            raise UsageError(f"alpha lies between 0 and 1, got {self.alpha}")
        if self.adjust not in _ADJUSTMENTS:
            hint = did_you_mean(self.adjust, _ADJUSTMENTS)
            raise UsageError(f"adjust is none or holm, got '{self.adjust}'", remedy=hint)

    @property
    def label(self) -> str:
        """Name with what changes the result."""
        plain = "" if self.correct else ", no continuity correction"
        return f"{self.name}(alpha={self.alpha:g}, adjust={self.adjust}{plain})"

    def smaller_is_better(self, direction: Direction) -> bool:
        """Return False: many wins are good; the tests know the direction."""
        return False

    def p_values(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        """Return p values of "row better than column", adjusted, shape ``(B, m, m)``."""
        numbers = whole_numbers(values)[0] if self.exact_decimals else np.nan_to_num(values)
        signed = numbers if larger else -numbers
        found = one_sided(signed, ~np.isnan(values), weights, correct=self.correct)
        if self.adjust == "holm":
            for matrix in found:
                tested = ~np.isnan(matrix)
                matrix[tested] = holm(matrix[tested])
        return found

    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        with np.errstate(invalid="ignore"):
            wins = self.p_values(values, weights, larger) <= self.alpha
        return np.asarray(wins.sum(axis=2) / (values.shape[1] - 1))
