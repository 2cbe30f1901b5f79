"""What holds for every metric: order, weights, repeated rows, clones, swaps, threads, kernels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import metrics
from workbench.metrics.counts import mcnemar_exact
from workbench.metrics.delong import delong
from workbench.metrics.permutation import all_pairs

from .problems import NAMES, problem

EVERY = pytest.mark.parametrize("name", NAMES)
# Metrics that look at nothing but the order of scores.
ORDER_ONLY = [name for name in NAMES if metrics.kind_of(name).needs in ("scores", "events")]
FEW = settings(max_examples=8, deadline=None)


@EVERY
@given(seed=st.integers(0, 10_000), order=st.integers(0, 10_000))
@FEW
def test_order_of_rows_changes_no_bit(name, seed, order) -> None:
    case = problem(name, seed)
    shuffled = case.take(np.random.default_rng(order).permutation(len(case.truth)))
    assert shuffled.metric.columns(shuffled.truth, shuffled.prediction).tobytes() == (
        case.metric.columns(case.truth, case.prediction).tobytes()
    )
    assert shuffled.resampled().tobytes() == case.resampled().tobytes()


@EVERY
@given(seed=st.integers(0, 10_000), factor=st.floats(0.01, 100))
@FEW
def test_scaled_weights_change_no_point_estimate(name, seed, factor) -> None:
    case = problem(name, seed)
    weights = np.random.default_rng(seed).uniform(0.1, 3, (len(case.truth), 2))
    once, scaled = case.value(weights), case.value(weights * factor)
    assert scaled == pytest.approx(once, rel=1e-9, abs=1e-12, nan_ok=True)


@EVERY
@given(seed=st.integers(0, 10_000))
@FEW
def test_a_weight_of_two_is_the_row_twice(name, seed) -> None:
    case = problem(name, seed)
    counts = np.random.default_rng(seed).integers(0, 4, len(case.truth))
    again = case.take(np.repeat(np.arange(len(case.truth)), counts))
    written = again.metric.columns(again.truth, again.prediction)[0]
    assert case.value(counts[:, None])[0] == pytest.approx(written, rel=1e-9, nan_ok=True)


@EVERY
@given(seed=st.integers(0, 10_000))
@FEW
def test_repeated_rows_of_the_same_patient_change_nothing(name, seed) -> None:
    case = problem(name, seed)
    twice = case.take(np.repeat(np.arange(len(case.truth)), 2))
    before, after = case.resampled(), twice.resampled()
    assert after == pytest.approx(before, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", ["cost-score", "auroc", "mae", "froc", "kappa", "brier", "ece"])
def test_repeated_rows_of_new_patients_shrink_the_interval(name) -> None:
    """Legitimately: twice the patients, half the variance (a row bootstrap claims as much)."""
    case = problem(name, 5, 200)
    twice = case.take(np.repeat(np.arange(200), 2))
    same = twice.resampled(600)
    fresh = metrics.UnitBootstrap(twice.truth, np.arange(400), 600, seed=1)
    new = fresh.values(case.metric, twice.prediction)[0][0]
    assert new.std() < 0.85 * same.std()


@pytest.mark.parametrize("name", ORDER_ONLY)
@given(seed=st.integers(0, 10_000), scale=st.sampled_from([1e-9, 2.0**-60, 3.0, 1e12]))
@FEW
def test_injective_rising_maps_change_no_bit(name, seed, scale) -> None:
    case = problem(name, seed)
    moved = case.prediction.copy()
    scores = moved["score"] if moved.dtype.names else moved
    # Exact ranks: rising, injective on what was observed, and far from any rounding.
    scores[...] = np.unique(scores, return_inverse=True)[1].reshape(scores.shape) * scale
    weights = np.random.default_rng(seed).integers(0, 3, (len(case.truth), 5))
    before = case.value(weights)
    assert case.metric(case.truth, moved, weights).tobytes() == before.tobytes()


@EVERY
@given(seed=st.integers(0, 10_000))
@FEW
def test_a_clone_differs_by_exactly_zero(name, seed) -> None:
    case = problem(name, seed)
    gap = case.bootstrap().difference(case.metric, case.prediction, case.prediction.copy())
    assert (gap.low, gap.high) == (0.0, 0.0) or np.isnan([gap.low, gap.high]).all()


def by_names(tests) -> dict[frozenset[int], float]:
    """Return the adjusted p value of each pair."""
    return {
        frozenset(pair): p
        for pair, p in zip(tests.pairs.tolist(), tests.adjusted.tolist(), strict=True)
    }


@given(seed=st.integers(0, 10_000), swap=st.permutations(range(4)))
@FEW
def test_names_of_models_may_be_swapped(seed, swap) -> None:
    rng = np.random.default_rng(seed)
    values, units = rng.integers(0, 11, (60, 4)), np.arange(60) // 2
    before = by_names(all_pairs(values, units, permutations=300, seed=seed))
    after = by_names(all_pairs(values[:, swap], units, permutations=300, seed=seed))
    assert {frozenset(swap[i] for i in pair): p for pair, p in after.items()} == before
    truth = np.append(rng.integers(0, 2, 58), [0, 1])
    for one, two in ((0, 1), (2, 3)):
        there = delong(truth, values[:, [one, two]]).difference(0, 1)
        back = delong(truth, values[:, [two, one]]).difference(0, 1)
        assert (-back[0], *back[1:]) == pytest.approx(there, rel=1e-12, abs=1e-15)


@given(seed=st.integers(0, 10_000))
@FEW
def test_clones_tie_everywhere(seed) -> None:
    rng = np.random.default_rng(seed)
    values, units = rng.integers(0, 11, (60, 3))[:, [0, 1, 2, 1]], np.arange(60) // 2
    found = all_pairs(values, units, permutations=300, seed=seed)
    twins = found.pairs.tolist().index([1, 3])
    assert found.differences[twins] == 0.0
    assert found.p_values[twins] == found.adjusted[twins] == 1.0
    truth = np.append(rng.integers(0, 2, 56), [0, 0, 1, 1])
    assert delong(truth, values).difference(1, 3) == (0.0, 0.0, 1.0)
    right = values[:, 1] > 5
    assert mcnemar_exact(int((right & ~right).sum()), int((~right & right).sum())) == 1.0


@given(seed=st.integers(0, 10_000))
@FEW
def test_a_clone_of_the_leader_changes_no_other_tie_group(seed) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 11, (50, 4)) + rng.random(4)
    leader, units = int(values.mean(axis=0).argmax()), np.arange(50) // 2
    before = by_names(all_pairs(values, units, permutations=400, seed=seed))
    cloned = np.column_stack([values, values[:, leader]])
    after = by_names(all_pairs(cloned, units, permutations=400, seed=seed))
    for rival in set(range(4)) - {leader}:
        assert after[frozenset({leader, rival})] == before[frozenset({leader, rival})]
    assert after[frozenset({leader, 4})] == 1.0


def digests(numba: str, threads: int, order: int) -> dict[str, str]:
    """Return what the program prints in a process of its own."""
    program = Path(__file__).with_name("digest_program.py")
    counts = dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), str(threads)
    )
    done = subprocess.run(
        [sys.executable, str(program), str(order)],
        env={**os.environ, **counts, "WORKBENCH_NUMBA": numba},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_bytes_are_equal_for_any_threads_rows_and_kernels() -> None:
    plain = digests("never", threads=1, order=0)
    assert set(plain) == {*NAMES, "all pairs"}
    assert digests("always", threads=2, order=1) == plain
