"""Sign-flip tests of all pairs: brute force, conventions, family-wise error, clones."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.stats import permutation_test

from workbench.errors import DataError, UsageError
from workbench.metrics.permutation import all_pairs, flips


def test_p_value_is_near_the_exact_one() -> None:
    rng = np.random.default_rng(0)
    values = rng.integers(0, 11, (9, 2)).astype(float)
    gaps = values[:, 0] - values[:, 1]
    sums = np.array([np.dot(signs, gaps) for signs in product([1, -1], repeat=9)])
    exact = np.mean(np.abs(sums) >= abs(gaps.sum()))
    found = all_pairs(values, np.arange(9), permutations=20_000, seed=1)
    assert found.p_values[0] == pytest.approx(exact, abs=4 * np.sqrt(0.25 / 20_000))


def test_p_value_is_near_scipys() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(60, 2)) + np.array([0.0, 0.2])
    oracle = permutation_test(
        (values[:, 0], values[:, 1]),
        lambda a, b: np.mean(a - b),
        permutation_type="samples",
        n_resamples=20_000,
        rng=np.random.default_rng(2),
    ).pvalue
    found = all_pairs(values, np.arange(60), permutations=20_000, seed=3)
    assert found.p_values[0] == pytest.approx(oracle, abs=0.02)


def test_compiled_and_plain_code_give_the_same(monkeypatch) -> None:
    values = np.random.default_rng(2).normal(size=(80, 6))
    units = np.arange(80) // 3
    monkeypatch.setenv("WORKBENCH_NUMBA", "always")
    compiled = all_pairs(values, units, permutations=1200, seed=4)
    monkeypatch.setenv("WORKBENCH_NUMBA", "never")
    plain = all_pairs(values, units, permutations=1200, seed=4)
    assert np.array_equal(compiled.p_values, plain.p_values)
    assert np.array_equal(compiled.adjusted, plain.adjusted)


def test_row_order_changes_nothing() -> None:
    rng = np.random.default_rng(3)
    values, units = rng.random((90, 4)), np.array([f"p{i % 31}" for i in range(90)])
    order = rng.permutation(90)
    first = all_pairs(values, units, permutations=700)
    second = all_pairs(values[order], units[order], permutations=700)
    assert np.array_equal(first.p_values, second.p_values)
    assert np.array_equal(first.adjusted, second.adjusted)


def test_identical_models_have_p_one() -> None:
    values = np.random.default_rng(4).random((50, 2))[:, [0, 0, 1]]
    found = all_pairs(values, np.arange(50), permutations=500)
    assert found.differences[0] == 0.0
    assert found.p_values[0] == found.adjusted[0] == 1.0


def test_a_clone_of_the_leader_changes_nobody_elses_tie_group() -> None:
    rng = np.random.default_rng(5)
    values = rng.integers(0, 11, (200, 5)) + np.array([2.0, 1.6, 1.0, 0.4, 0.0])
    units = np.arange(200)
    before = all_pairs(values, units, permutations=3000, seed=6)
    after = all_pairs(np.column_stack([values, values[:, 0]]), units, permutations=3000, seed=6)

    def tied_with_leader(tests) -> dict[int, float]:
        rows = tests.pairs[:, 0] == 0
        return dict(zip(tests.pairs[rows, 1].tolist(), tests.adjusted[rows].tolist(), strict=True))

    with_clone = tied_with_leader(after)
    assert with_clone.pop(5) == 1.0
    assert with_clone == tied_with_leader(before)


def test_family_wise_error_of_twenty_equal_models() -> None:
    """Five correlated slides a patient; at most 5 % of sets call any pair different."""
    rng = np.random.default_rng(9)
    sets = 1000
    wrong = 0
    for seed in range(sets):
        shared = rng.normal(size=(40, 1, 20))
        values = (shared + rng.normal(size=(40, 5, 20))).reshape(200, 20)
        found = all_pairs(values, np.arange(200) // 5, permutations=500, seed=seed)
        wrong += bool(found.adjusted.min() <= 0.05)
    assert wrong / sets <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / sets)


def test_flips_are_fair_and_keep_their_start() -> None:
    few = np.vstack(list(flips(70, 300, seed=1)))
    many = np.vstack(list(flips(70, 1200, seed=1)))
    assert np.array_equal(many[:300], few)
    assert many.mean() == pytest.approx(0.5, abs=4 * np.sqrt(0.25 / many.size))


@pytest.mark.parametrize(
    ("values", "units", "message"),
    [
        (np.ones((4, 1)), range(4), "two models"),
        (np.full((4, 2), np.nan), range(4), "NaN"),
        (np.ones((4, 2)), [1, 1, 1, 1], "at least two units"),
        (np.ones((4, 2)), [1, 2, 3], "units have 3 rows"),
    ],
)
def test_bad_input_is_named(values, units, message) -> None:
    with pytest.raises(DataError, match=message):
        all_pairs(values, list(units))


def test_no_permutations_is_refused() -> None:
    with pytest.raises(UsageError, match="permutations"):
        all_pairs(np.ones((4, 2)), range(4), permutations=0)


def test_interval_ends_are_what_the_test_just_does_not_reject() -> None:
    rng = np.random.default_rng(11)
    values = rng.normal(size=(40, 2)) + np.array([0.9, 0.0])
    found = all_pairs(values, np.arange(40), permutations=9999, seed=1)
    assert found.low[0] < found.differences[0] < found.high[0]
    for end in (found.low[0], found.high[0]):
        shifted = all_pairs(values - np.array([end, 0.0]), np.arange(40), permutations=9999, seed=1)
        assert shifted.p_values[0] == pytest.approx(0.05, abs=0.01)


def test_intervals_hold_for_all_differences_together() -> None:
    truth = np.array([0.0, 0.1, 0.5, 0.5])
    missed = 0
    for seed in range(200):
        values = np.random.default_rng(seed).normal(size=(50, 4)) + truth
        found = all_pairs(values, np.arange(50), permutations=400, seed=seed)
        gaps = truth[found.pairs[:, 0]] - truth[found.pairs[:, 1]]
        missed += not ((found.low <= gaps) & (gaps <= found.high)).all()
    assert missed / 200 <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    assert missed > 0, "intervals that never miss are too wide"


def test_a_constant_difference_has_an_interval_without_width() -> None:
    values = np.random.default_rng(12).random((30, 1)) + np.array([0.25, 0.0])
    found = all_pairs(values, np.arange(30), permutations=500)
    assert found.low[0] == found.high[0] == pytest.approx(0.25)
    assert found.adjusted[0] < 0.01
