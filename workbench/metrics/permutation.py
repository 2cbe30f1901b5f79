"""Sign-flip permutation tests of paired differences, over units, for all pairs at once."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_level, check_whole
from workbench.metrics.pair_tests import (
    PairCounter,
    PairTests,
    half_widths,
    pair_spreads,
    pairs_of,
)
from workbench.metrics.resampling import unit_codes
from workbench.metrics.sums import is_integral, on_grid, weighted_sums

# Permutations at a time: 4,950 pairs (100 models) then need 40 MB, not 400.
_BLOCK = 1000
# A squared spread below this share of the whole is rounding: all units differ alike.
_ROUNDING = 1e-12
METHOD = "sign-flip permutation over units, max-T step-down"


def flips(n_units: int, permutations: int, seed: int) -> Iterator[NDArray[np.uint8]]:
    """Give random flips (1) and stays (0) in blocks of shape ``(block, n_units)``.

    The bits come from the raw output of PCG64: the same on every machine, and the first
    permutations stay the same when more are asked for.
    """
    generator = np.random.PCG64(np.random.SeedSequence([seed, 0xF11B]))
    n_words = (n_units + 63) // 64
    for first in range(0, permutations, _BLOCK):
        block = min(_BLOCK, permutations - first)
        words = generator.random_raw(block * n_words).astype("<u8", copy=False)
        rows = words.view(np.uint8).reshape(block, 8 * n_words)
        yield np.unpackbits(rows, axis=1, count=n_units)


def all_pairs(
    values: ArrayLike,
    units: ArrayLike,
    *,
    permutations: int = 10_000,
    seed: int = 0,
    level: float = 0.95,
) -> PairTests:
    """Test every pair of models for a difference in the mean of their per-case values.

    Under the null hypothesis the two models may be exchanged within a unit, so the sign of a
    unit's summed difference is arbitrary. One matrix product gives the permuted sums of all models;
    pairs are differences of its columns. Differences are divided by their spread over units, so
    that max-T weighs noisy and quiet pairs alike.

    Args:
        values: Per-case values, shape ``(n, m)``, one column a model.
        units: Unit of each case, shape ``(n,)``.
        permutations: Number of random sign flips.
        seed: Seed of the flips.
        level: Joint level of the intervals of all differences.

    Returns:
        One test a pair. Identical models have difference 0 and p = 1. Intervals hold the
        differences that the single-step test with the same critical value would not reject.

    Raises:
        DataError: Fewer than two models or units, or values that are not finite.
        UsageError: No permutation, or a level that is no share.
    """
    check_level(level)
    check_whole("seed", seed, 0)
    table = _checked(values, permutations)
    sums = _unit_sums(table, units)
    pairs = pairs_of(table.shape[1])
    totals = sums.sum(axis=0)
    observed = totals[pairs[:, 0]] - totals[pairs[:, 1]]
    spread = pair_spreads(np.ascontiguousarray(sums.T), pairs)
    scale = np.where(spread > 0, spread, 1.0)
    counter = PairCounter(pairs, np.abs(observed), np.abs(observed) / scale, scale, permutations)
    whole = is_integral(sums) and float(np.abs(sums).max()) < 2.0**53
    exact = sums.astype(np.int64) if whole else sums
    for flipped in flips(len(sums), permutations, seed):
        counter.add(totals - 2.0 * weighted_sums(exact, flipped.T).T)
    half = _inverted(counter.critical(level), spread, observed, len(sums))
    return PairTests(
        pairs=pairs,
        differences=observed / len(table),
        low=(observed - half) / len(table),
        high=(observed + half) / len(table),
        p_values=counter.p_values(),
        adjusted=counter.steps.p_values(),
        draws=permutations,
        level=level,
        method=METHOD,
    )


def _checked(values: ArrayLike, permutations: int) -> NDArray[np.float64]:
    """Refuse values that cannot be tested."""
    table = numbers(values, "values")
    if table.ndim != 2 or table.shape[1] < 2:
        raise DataError(f"values need shape (n, m) with two models or more, got {table.shape}")
    if not np.isfinite(table).all():
        raise DataError("values hold NaN or infinity")
    check_whole("permutations", permutations, 1)
    return table


def _inverted(
    critical: float, spread: NDArray[np.float64], observed: NDArray[np.float64], n_units: int
) -> NDArray[np.float64]:
    """Return how far from each summed difference the test does not reject, shape ``(h,)``.

    With x the distance, the spread about it is ``sqrt(centred**2 + x**2 / n)``; the test keeps what
    ``x <= critical * spread`` holds for.
    """
    centred = np.maximum(spread**2 - observed**2 / n_units, 0.0)
    centred[centred <= _ROUNDING * spread**2] = 0.0
    room = 1.0 - critical**2 / n_units
    return half_widths(critical / math.sqrt(room) if room > 0 else math.inf, np.sqrt(centred))


def _unit_sums(table: NDArray[np.float64], units: ArrayLike) -> NDArray[np.float64]:
    """Return exact sums over the cases of each unit, shape ``(n_units, m)``."""
    places, n_units = unit_codes(units, len(table))
    sums = np.zeros((n_units, table.shape[1]))
    np.add.at(sums, places, on_grid(table, 4 * len(table)))
    return sums
