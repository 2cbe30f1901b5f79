"""Which test compares all pairs: sign flips where scores are means over cases, else bootstrap."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.challenge.ranking.resampled import Resampled
from workbench.errors import UsageError, did_you_mean
from workbench.metrics.pair_bootstrap import all_pairs_resampled
from workbench.metrics.pair_tests import PairTests
from workbench.metrics.permutation import all_pairs

TestKind = Literal["auto", "permutation", "bootstrap"]
KINDS = ("auto", "permutation", "bootstrap")


def check_kind(kind: str) -> None:
    """Refuse an unknown kind of test."""
    if kind not in KINDS:
        hint = did_you_mean(kind, KINDS)
        raise UsageError(
            f"tests is {', '.join(KINDS[:-1])} or {KINDS[-1]}, got '{kind}'", remedy=hint
        )


def compare_pairs(
    scores: Resampled,
    terms: NDArray[np.generic] | None,
    divisor: int,
    units: ArrayLike,
    *,
    kind: TestKind,
    permutations: int,
    seed: int,
    level: float,
) -> PairTests:
    """Test all pairs of algorithms.

    Args:
        scores: Scores on the whole set and on resamples.
        terms: Numbers whose means over cases are ``divisor`` times the scores (to first order), in
            the order of ``scores.names``, shape ``(n, m)``; None where there are none.
        divisor: What the terms are divided by.
        units: Unit of each case.
        kind: ``permutation`` (sign flips over units; exact where two algorithms are exchangeable),
            ``bootstrap`` (any score), or ``auto``: sign flips where there are terms.
        permutations: Number of sign flips.
        seed: Seed of the flips.
        level: Joint level of the intervals of differences.

    Raises:
        UsageError: An unknown kind, or sign flips for scores that are no means over cases.
    """
    check_kind(kind)
    points = scores.compared(scores.points)
    if terms is None and kind == "permutation":
        raise UsageError(
            "sign flips need scores that are means over cases", remedy="say tests='bootstrap'"
        )
    if terms is None or kind == "bootstrap":
        values = scores.compared(scores.values)
        return all_pairs_resampled(points, values, scores.n_units, level=level)
    found = all_pairs(terms, units, permutations=permutations, seed=seed, level=level)
    differences = points[found.pairs[:, 0]] - points[found.pairs[:, 1]]
    half = (found.high - found.low) / (2 * divisor)
    return replace(found, differences=differences, low=differences - half, high=differences + half)
