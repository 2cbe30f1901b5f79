"""Exact sums: any order, any split, any dtype of weights."""

from __future__ import annotations

import math

import numpy as np
import pytest

from workbench.metrics.sums import on_grid, weighted_sums


def test_sums_on_the_grid_do_not_depend_on_order() -> None:
    rng = np.random.default_rng(0)
    values = on_grid(rng.lognormal(0, 4, 5001), 5001)
    for _ in range(20):
        rng.shuffle(values)
        assert values.sum() == math.fsum(values)
        assert np.cumsum(values)[-1] == math.fsum(values)


def test_grid_error_is_bounded() -> None:
    values = np.random.default_rng(1).normal(size=1000)
    assert np.abs(on_grid(values, 1000) - values).max() <= np.abs(values).max() * 1000 / 2**53


@pytest.mark.parametrize("dtype", [np.uint8, np.int32, np.int64, bool])
def test_whole_numbers_are_exact_beyond_single_precision(dtype) -> None:
    values = np.full((3000, 1), 9_999_991, dtype=np.int64)
    weights = np.ones((3000, 2), dtype=dtype)
    assert weighted_sums(values, weights).tolist() == [[3000 * 9_999_991] * 2]


def test_whole_numbers_beyond_double_precision_do_not_overflow() -> None:
    values = np.full((4, 1), 2**52, dtype=np.int64)
    assert weighted_sums(values, np.full((4, 1), 1000)).tolist() == [[4000.0 * 2**52]]


def test_real_weights_equal_fsum() -> None:
    rng = np.random.default_rng(2)
    values, weights = rng.normal(size=(500, 2)), rng.uniform(0, 3, (500, 3))
    sums = weighted_sums(values, weights)
    for m in range(2):
        for b in range(3):
            assert sums[m, b] == pytest.approx(math.fsum(values[:, m] * weights[:, b]), abs=1e-10)


def test_zeros_and_tiny_values() -> None:
    assert on_grid(np.zeros(3), 3).tolist() == [0, 0, 0]
    assert np.abs(on_grid(np.array([5e-324, 1e-310]), 2)).max() <= 2.0**-1000
