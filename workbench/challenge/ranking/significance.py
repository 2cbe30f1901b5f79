"""The significance scheme: rank by how many others an algorithm beats in a test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.decimals import whole_numbers
from workbench.challenge.ranking.missing import Direction
from workbench.challenge.ranking.schemes import Scheme
from workbench.challenge.ranking.sign_flips import one_sided_flips
from workbench.challenge.ranking.wilcoxon import one_sided
from workbench.errors import UsageError, did_you_mean
from workbench.metrics.multiplicity import holm

_ADJUSTMENTS = ("none", "holm")
_TESTS = ("wilcoxon", "sign-flip")


@dataclass(frozen=True, kw_only=True)
class TestThenRank(Scheme):
    """Rank by the share of other algorithms beaten in one-sided paired tests.

    An algorithm beats another when the p value is at most ``alpha``. Two algorithms with the same
    values on every case do not beat each other; Wilcoxon's test is 0/0 there, and such pairs do not
    count in Holm's number of tests, as in R.

    Attributes:
        alpha: Level of each test, or of the family with Holm.
        adjust: ``none`` or ``holm`` (over all ordered pairs).
        test: ``wilcoxon`` (signed ranks of cases, normal approximation; takes cases as independent)
            or ``sign-flip`` (means, permuted by unit: right with several cases a patient).
        correct: Continuity correction; R's and challengeR's default.
        exact_decimals: Take values with few decimals as exactly those decimals, so that 0.9 - 0.8
            equals 0.8 - 0.7. False compares float differences as R does.
        permutations: Number of sign flips.
        seed: Seed of the flips.
        units: Unit of each case for sign flips; None takes each case as its own.
    """

    __test__ = False  # pytest: a scheme, not a test class
    name = "test_then_rank"
    title = "significant wins, then rank"
    peer = "testThenRank(alpha = 0.05, p.adjust.method = ...)"
    alpha: float = 0.05
    adjust: str = "none"
    test: str = "wilcoxon"
    correct: bool = True
    exact_decimals: bool = True
    permutations: int = 10_000
    seed: int = 0
    units: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if not 0.0 < self.alpha < 1.0:
            raise UsageError(f"alpha lies between 0 and 1, got {self.alpha}")
        if self.adjust not in _ADJUSTMENTS:
            hint = did_you_mean(self.adjust, _ADJUSTMENTS)
            raise UsageError(f"adjust is none or holm, got '{self.adjust}'", remedy=hint)
        if self.test not in _TESTS:
            hint = did_you_mean(self.test, _TESTS)
            raise UsageError(f"test is wilcoxon or sign-flip, got '{self.test}'", remedy=hint)

    @property
    def label(self) -> str:
        """Name with what changes the result."""
        if self.test == "wilcoxon":
            how = "" if self.correct else ", no continuity correction"
        else:
            how = f", test=sign-flip by unit, permutations={self.permutations}"
        return f"{self.name}(alpha={self.alpha:g}, adjust={self.adjust}{how})"

    def smaller_is_better(self, direction: Direction) -> bool:
        """Return False: many wins are good; the tests know the direction."""
        return False

    def of_units(self, units: Sequence[str]) -> TestThenRank:
        """Return the scheme that flips the signs of these units (sign flips only)."""
        return replace(self, units=tuple(units)) if self.test == "sign-flip" else self

    def raw_p_values(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        """Return p values of "row better than column", not adjusted, shape ``(B, m, m)``."""
        numbers = whole_numbers(values)[0] if self.exact_decimals else np.nan_to_num(values)
        signed = numbers if larger else -numbers
        if self.test == "wilcoxon":
            return one_sided(signed, ~np.isnan(values), weights, correct=self.correct)
        if np.isnan(values).any():
            raise UsageError(
                "sign flips need a value in every case", remedy="fill them, or test='wilcoxon'"
            )
        self._check_resolution(values.shape[1])
        units = self.units or tuple(f"{row:09d}" for row in range(len(values)))
        return one_sided_flips(signed, units, weights, self.permutations, self.seed)

    def p_values(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        """Return p values of "row better than column", adjusted, shape ``(B, m, m)``."""
        return self.adjusted(self.raw_p_values(values, weights, larger))

    def adjusted(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return :meth:`raw_p_values` adjusted over all ordered pairs, shape ``(B, m, m)``."""
        found = raw.copy()
        if self.adjust == "holm":
            for matrix in found:
                tested = ~np.isnan(matrix)
                matrix[tested] = holm(matrix[tested])
        return found

    def wins(self, raw: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the share of others beaten, shape ``(B, m)``, from :meth:`raw_p_values`."""
        with np.errstate(invalid="ignore"):
            won = self.adjusted(raw) <= self.alpha
        return np.asarray(won.sum(axis=2) / (raw.shape[1] - 1))

    def _aggregate(
        self, values: NDArray[np.float64], weights: NDArray[np.generic], larger: bool
    ) -> NDArray[np.float64]:
        return self.wins(self.raw_p_values(values, weights, larger))

    def _check_resolution(self, m: int) -> None:
        """Refuse so few permutations that the smallest p value could never win."""
        tests = m * (m - 1) if self.adjust == "holm" else 1
        needed = math.ceil(tests / (2 * self.alpha)) - 1
        if self.permutations < max(needed, 1):
            raise UsageError(
                f"{self.permutations} permutations cannot show a win: the smallest p value is "
                f"{1 / (2 * self.permutations + 2):.2g} and is multiplied by {tests}",
                remedy=f"say permutations={max(needed, 1)} or more",
            )
