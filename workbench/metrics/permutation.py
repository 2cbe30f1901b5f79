"""Sign-flip permutation tests of paired differences, over units, for all pairs at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, UsageError
from workbench.metrics.compiled import kernels
from workbench.metrics.multiplicity import StepDown
from workbench.metrics.resampling import unit_codes
from workbench.metrics.sums import is_integral, on_grid, weighted_sums

# Permutations at a time: 4,950 pairs (100 models) then need 20 MB, not 400.
_BLOCK = 500


@dataclass(frozen=True)
class PairTests:
    """Tests of all pairs of models from one set of permutations.

    Attributes:
        pairs: Shape ``(h, 2)``: numbers of the two models.
        differences: Mean of first minus mean of second, shape ``(h,)``.
        p_values: Two-sided, unadjusted.
        adjusted: Max-T step-down over all pairs.
        permutations: Number of random sign flips.
    """

    pairs: NDArray[np.int64]
    differences: NDArray[np.float64]
    p_values: NDArray[np.float64]
    adjusted: NDArray[np.float64]
    permutations: int


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
    values: ArrayLike, units: ArrayLike, *, permutations: int = 10_000, seed: int = 0
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

    Returns:
        One test a pair. Identical models have difference 0 and p = 1.

    Raises:
        DataError: Fewer than two models or units, or values that are not finite.
    """
    table = _checked(values, permutations)
    sums = _unit_sums(table, units)
    pairs = np.array(list(combinations(range(table.shape[1]), 2)))
    totals = sums.sum(axis=0)
    observed = totals[pairs[:, 0]] - totals[pairs[:, 1]]
    spread = _spreads(sums, pairs)
    compiled = kernels(permutations * len(pairs))
    counter = _PairCounter(pairs, observed, np.where(spread > 0, spread, 1.0), compiled)
    whole = is_integral(sums) and float(np.abs(sums).max()) < 2.0**53
    exact = sums.astype(np.int64) if whole else sums
    for flipped in flips(len(sums), permutations, seed):
        counter.add(totals - 2.0 * weighted_sums(exact, flipped.T).T)
    return PairTests(
        pairs=pairs,
        differences=observed / len(table),
        p_values=(1 + counter.beaten) / (1 + permutations),
        adjusted=counter.steps.p_values(),
        permutations=permutations,
    )


class _PairCounter:
    """Counts, for each pair, the permutations that reach the observed difference."""

    def __init__(
        self,
        pairs: NDArray[np.int64],
        observed: NDArray[np.float64],
        scale: NDArray[np.float64],
        compiled: Any | None,
    ) -> None:
        self.compiled = compiled
        self.pairs, self.observed, self.scale = pairs, observed, scale
        self.beaten = np.zeros(len(pairs), dtype=np.int64)
        self.steps = StepDown(observed / scale)

    def add(self, sums: NDArray[np.float64]) -> None:
        """Count in the permuted sums of all models, shape ``(P, m)``."""
        if self.compiled is None:
            null = sums[:, self.pairs[:, 0]] - sums[:, self.pairs[:, 1]]
            self.beaten += (np.abs(null) >= np.abs(self.observed)).sum(axis=0)
            self.steps.add(null / self.scale)
            return
        upwards = self.steps.order[::-1]
        beaten = np.zeros((2, len(upwards)), dtype=np.int64)
        self.compiled.count_beaten(
            np.ascontiguousarray(sums),
            self.pairs[upwards],
            np.abs(self.observed[upwards]),
            self.scale[upwards],
            self.steps.size[::-1].copy(),
            beaten,
        )
        self.beaten[upwards] += beaten[0]
        self.steps.count(beaten[1][::-1], len(sums))


def _checked(values: ArrayLike, permutations: int) -> NDArray[np.float64]:
    """Refuse values that cannot be tested."""
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or table.shape[1] < 2:
        raise DataError(f"values need shape (n, m) with two models or more, got {table.shape}")
    if not np.isfinite(table).all():
        raise DataError("values hold NaN or infinity")
    if permutations < 1:
        raise UsageError(f"permutations must be at least 1, got {permutations}")
    return table


def _spreads(sums: NDArray[np.float64], pairs: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the root of each pair's sum of squared unit differences, shape ``(h,)``."""
    rows = np.ascontiguousarray(sums.T)
    spreads = [
        np.sqrt(
            ((rows[pairs[first : first + 64, 0]] - rows[pairs[first : first + 64, 1]]) ** 2).sum(
                axis=1
            )
        )
        for first in range(0, len(pairs), 64)
    ]
    return np.concatenate(spreads)


def _unit_sums(table: NDArray[np.float64], units: ArrayLike) -> NDArray[np.float64]:
    """Return exact sums over the cases of each unit, shape ``(n_units, m)``."""
    places, n_units = unit_codes(units)
    if len(places) != len(table):
        raise DataError(f"units have {len(places)} rows, values have {len(table)}")
    sums = np.zeros((n_units, table.shape[1]))
    np.add.at(sums, places, on_grid(table, 4 * len(table)))
    return sums
