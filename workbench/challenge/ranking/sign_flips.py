"""One-sided sign-flip tests of all pairs by unit, for the scheme that ranks by significant wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.challenge.ranking.counts import Counts
from workbench.errors import DataError
from workbench.metrics.permutation import all_pairs


def one_sided_flips(
    values: NDArray[Any],
    units: Sequence[str],
    weights: NDArray[np.generic],
    permutations: int,
    seed: int,
) -> NDArray[np.float64]:
    """Return the p value of "the mean of the first is larger" for every ordered pair.

    Each flip counts with its mirror image, so that the p value of the better one is half the
    two-sided one, exactly. A resample is tested as the set it is: a unit drawn twice is two units.
    All pairs of a resample share one matrix of flips. Cost: columns of weights x permutations x
    units x algorithms.

    Args:
        values: Shape ``(n, m)``, nothing missing.
        units: Unit of each case.
        weights: How often each row was drawn, whole numbers, shape ``(n, B)``; copies of a row
            are matched with those of its unit in order.
        permutations: Number of sign flips.
        seed: Seed of the flips.

    Returns:
        Shape ``(B, m, m)``: row larger than column; NaN on the diagonal and where fewer than two
        units were drawn.

    Raises:
        UsageError: Weights are no counts.
        DataError: Units of another number than cases.
    """
    counts = Counts(weights, "test_then_rank")
    names = np.array(units, dtype=object)
    if len(names) != len(values):
        raise DataError(f"units have {len(names)} rows, values have {len(values)}")
    m = values.shape[1]
    found = np.full((weights.shape[1], m, m), np.nan)
    for matrix, column in zip(found, counts.columns.T, strict=True):
        rows = np.repeat(np.arange(len(values)), column)
        copies = np.concatenate([np.arange(count) for count in column])
        drawn = [f"{name}\0{copy}" for name, copy in zip(names[rows], copies, strict=True)]
        if len(set(drawn)) < 2:
            continue
        tests = all_pairs(values[rows], drawn, permutations=permutations, seed=seed)
        first, second = tests.pairs.T
        better = tests.p_values / 2
        ahead = np.sign(tests.differences)
        matrix[first, second] = np.where(ahead > 0, better, np.where(ahead < 0, 1 - better, 0.5))
        matrix[second, first] = np.where(ahead < 0, better, np.where(ahead > 0, 1 - better, 0.5))
    return found
