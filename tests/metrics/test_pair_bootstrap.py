"""Bootstrap tests of all pairs: brute force, the studentised range, conventions, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, studentized_range, t

from workbench.errors import DataError, UsageError
from workbench.metrics import case_means, unit_weights
from workbench.metrics.pair_bootstrap import all_pairs_resampled


def _scores(n_models: int, n_units: int, resamples: int, seed: int, gap: float = 0.0):
    values = np.random.default_rng(seed).normal(size=(n_units, n_models))
    values += gap * np.arange(n_models)
    weights = unit_weights(np.arange(n_units), resamples, seed)
    points = case_means(values, np.ones((n_units, 1), np.uint8))[:, 0]
    return points, case_means(values, weights)


def _brute_force(points, values, n_units):
    """Step-down p values pair by pair, from the definition."""
    m, draws = values.shape
    freedom = 1 / (1 / (n_units - 1) + 1 / (draws - 1))
    size, null = {}, {}
    for i in range(m):
        for j in range(i + 1, m):
            gaps = values[i] - values[j]
            spread = gaps.std(ddof=1)
            error = spread * np.sqrt(n_units / (n_units - 1))
            quotient = abs(points[i] - points[j]) / error
            size[i, j] = norm.isf(t.sf(quotient, freedom))
            null[i, j] = np.abs(gaps - (points[i] - points[j])) / spread
    adjusted, reached = {}, 0.0
    for pair in sorted(size, key=lambda pair: -size[pair]):
        rest = [null[other] for other in size if size[other] <= size[pair]]
        share = (1 + (np.max(rest, axis=0) >= size[pair]).sum()) / (draws + 1)
        reached = max(reached, share)
        adjusted[pair] = reached
    return adjusted


@pytest.mark.parametrize("numba", ["always", "never"])
def test_equal_to_the_definition(monkeypatch, numba) -> None:
    monkeypatch.setenv("WORKBENCH_NUMBA", numba)
    points, values = _scores(6, 40, 300, seed=1, gap=0.12)
    found = all_pairs_resampled(points, values, 40)
    expected = _brute_force(points, values, 40)
    pairs = [tuple(pair) for pair in found.pairs.tolist()]
    assert found.adjusted == pytest.approx([expected[pair] for pair in pairs], abs=1e-12)
    assert 0.0 < found.adjusted.min() < found.adjusted.max() <= 1.0


def test_critical_value_is_that_of_the_studentised_range() -> None:
    points, values = _scores(8, 4000, 4000, seed=2)
    found = all_pairs_resampled(points, values, 4000)
    halves = (found.high - found.low) / 2
    errors = np.array([(values[i] - values[j]).std(ddof=1) for i, j in found.pairs])
    tukey = studentized_range.ppf(0.95, 8, 4000) / np.sqrt(2)
    assert np.median(halves / errors) == pytest.approx(tukey, rel=0.03)


def test_small_sets_are_allowed_for() -> None:
    points, values = np.array([0.0, 0.3]), np.random.default_rng(3).normal(size=(2, 999)) * 0.1
    values += points[:, None]
    p_values = [all_pairs_resampled(points, values, n).p_values[0] for n in (4, 10, 1000)]
    assert p_values[0] > p_values[1] > p_values[2]


def test_identical_models_have_p_one_and_no_width() -> None:
    points, values = _scores(3, 50, 200, seed=4)
    same = [0, 0, 1, 2]
    found = all_pairs_resampled(points[same], values[same], 50)
    first = (found.differences[0], found.p_values[0], found.adjusted[0])
    assert first == (0.0, 1.0, 1.0)
    assert found.low[0] == found.high[0] == 0.0


def test_a_difference_that_never_moves_is_certain() -> None:
    points, values = _scores(2, 50, 200, seed=5)
    shifted = np.vstack([values[0], values[0] + 0.25])
    found = all_pairs_resampled([points[0], points[0] + 0.25], shifted, 50)
    assert found.adjusted[0] == 1 / 201


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), leader=st.integers(0, 3))
def test_a_clone_changes_nobody_elses_p_value(seed, leader) -> None:
    points, values = _scores(4, 30, 150, seed, gap=0.1)
    with_clone = [0, 1, 2, 3, leader]
    before = all_pairs_resampled(points, values, 30)
    after = all_pairs_resampled(points[with_clone], values[with_clone], 30)
    old = (after.pairs < 4).all(axis=1)
    assert np.array_equal(after.adjusted[old], before.adjusted)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), order=st.permutations(range(5)))
def test_order_of_models_changes_nothing(seed, order) -> None:
    points, values = _scores(5, 20, 120, seed, gap=0.1)
    before = all_pairs_resampled(points, values, 20)
    after = all_pairs_resampled(points[order], values[order], 20)
    place = {tuple(sorted(order[i] for i in pair)): h for h, pair in enumerate(after.pairs)}
    moved = [place[tuple(pair)] for pair in before.pairs.tolist()]
    assert np.array_equal(after.adjusted[moved], before.adjusted)
    assert np.array_equal(np.abs(after.differences[moved]), np.abs(before.differences))


def test_rejected_singly_means_zero_is_outside() -> None:
    points, values = _scores(6, 60, 500, seed=6, gap=0.2)
    found = all_pairs_resampled(points, values, 60)
    outside = (found.low > 0) | (found.high < 0)
    assert outside.any() and not outside.all()
    assert (found.adjusted[outside] <= 0.05).all()


@pytest.mark.parametrize(
    ("points", "values", "units", "says"),
    [
        ([1.0, 2.0], np.zeros((3, 9)), 5, "got"),
        ([1.0, 2.0], np.zeros((2, 1)), 5, "two resamples"),
        ([1.0, np.nan], np.zeros((2, 9)), 5, "NaN"),
        ([1.0, 2.0], np.zeros((2, 9)), 1, "at least 2, got 1"),
    ],
)
def test_bad_input_is_named(points, values, units, says) -> None:
    with pytest.raises(DataError, match=says):
        all_pairs_resampled(points, values, units)


def test_level_is_a_share() -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        all_pairs_resampled([1.0, 2.0], np.zeros((2, 9)), 5, level=95)
