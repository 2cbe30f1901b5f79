"""Unit bootstrap: brute force, keyed draws, clustering, strata, undefined resamples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap as scipy_bootstrap

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics import UnitBootstrap, percentiles, unit_weights
from workbench.metrics.counts import wilson
from workbench.metrics.resampling import draw_counts

ACCURACY = metrics.get("accuracy")


def test_equal_to_a_brute_force_loop_over_patients() -> None:
    rng = np.random.default_rng(0)
    patients = np.array([f"p{i:02d}" for i in rng.integers(0, 30, 120)])
    truth, called = rng.integers(0, 3, 120), rng.integers(0, 3, 120)
    metric = metrics.get("quadratic-kappa", 3)
    weights = unit_weights(patients, 200, seed=5)
    fast = metric(truth, called, weights)
    names, first = np.unique(patients, return_index=True)
    for b in range(200):
        rows: list[int] = []
        for name, count in zip(names, weights[first, b], strict=True):
            rows += np.flatnonzero(patients == name).tolist() * int(count)
        assert fast[b] == pytest.approx(metric(truth[rows], called[rows]), abs=1e-12)


def test_each_resample_draws_as_many_units_as_there_are() -> None:
    counts = draw_counts(57, 300, seed=3)
    assert (counts.sum(axis=0) == 57).all()


def test_draws_are_uniform() -> None:
    counts = draw_counts(10, 20_000, seed=1).astype(float)
    shares = counts.mean(axis=1)
    assert np.abs(shares - 1.0).max() < 5 * np.sqrt(0.9 / 20_000)
    assert counts.var() == pytest.approx(0.9, abs=0.02)


def test_draws_are_frozen() -> None:
    """A change here changes every published interval: never update these numbers lightly."""
    assert draw_counts(5, 4, seed=7).T.tolist() == [
        [0, 0, 1, 2, 2],
        [1, 3, 0, 0, 1],
        [2, 0, 1, 0, 2],
        [1, 2, 1, 0, 1],
    ]


def test_draws_are_equal_without_numba(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_NUMBA", "always")
    compiled = draw_counts(101, 50, seed=9)
    monkeypatch.setenv("WORKBENCH_NUMBA", "never")
    assert np.array_equal(draw_counts(101, 50, seed=9), compiled)


def test_more_resamples_keep_the_first_ones() -> None:
    assert np.array_equal(draw_counts(40, 30, seed=2), draw_counts(40, 100, seed=2)[:, :30])


@given(st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_row_order_changes_nothing(random) -> None:
    rng = np.random.default_rng(4)
    n = 90
    units = np.array([f"u{i}" for i in rng.integers(0, 25, n)])
    truth, called = rng.integers(0, 4, n), rng.integers(0, 4, n)
    values = rng.dirichlet(np.ones(4), n)
    order = list(range(n))
    random.shuffle(order)
    for name, prediction in (("cost-score", called), ("auroc", values), ("log-loss", values)):
        params = {"cost": metrics.TISSUENET_COST} if name == "cost-score" else {}
        metric = metrics.get(name, 4, **params)
        before = UnitBootstrap(truth, units, 50, 1).values(metric, prediction)[0][0]
        after = UnitBootstrap(truth[order], units[order], 50, 1).values(metric, prediction[order])
        assert np.array_equal(before, after[0][0])


def test_repeating_rows_under_the_same_patient_changes_nothing() -> None:
    rng = np.random.default_rng(6)
    n = 80
    units = np.array([f"u{i}" for i in rng.integers(0, 30, n)])
    truth, called = rng.integers(0, 2, n), rng.integers(0, 2, n)
    twice = np.repeat(np.arange(n), 2)
    clustered = UnitBootstrap(truth, units, 3000, 1).interval(ACCURACY, called)
    repeated = UnitBootstrap(truth[twice], units[twice], 3000, 1).interval(ACCURACY, called[twice])
    assert repeated == clustered
    rows = UnitBootstrap(truth[twice], np.arange(2 * n), 3000, 1).interval(ACCURACY, called[twice])
    single = UnitBootstrap(truth, np.arange(n), 3000, 1).interval(ACCURACY, called)
    assert rows.high - rows.low < 0.8 * (single.high - single.low)


def test_identical_predictions_differ_by_exactly_zero() -> None:
    rng = np.random.default_rng(8)
    truth, values = rng.integers(0, 4, 100), rng.dirichlet(np.ones(4), 100)
    interval = UnitBootstrap(truth, np.arange(100), 200, 1).difference(
        metrics.get("log-loss", 4), values, values.copy()
    )
    assert (interval.low, interval.high) == (0.0, 0.0)


def test_undefined_resamples_are_counted_and_strata_mend_them() -> None:
    truth = np.array([0] * 20 + [1] * 2)
    called = np.array([0] * 20 + [1, 0])
    metric = metrics.get("sensitivity")
    bootstrap = UnitBootstrap(truth, np.arange(22), 500, 1)
    plain = metric(truth, called, bootstrap.weights)
    interval = bootstrap.interval(metric, called)
    assert interval.undefined == np.isnan(plain).sum() > 20
    assert interval.method.endswith("stratified by class")
    assert not np.isnan(metric(truth, called, bootstrap.stratified_weights(truth))).any()
    assert (interval.low, interval.high) == (0.0, 1.0)


def test_a_share_of_all_or_none_gets_wilsons_interval_over_patients() -> None:
    truth = np.array([0] * 30 + [1] * 12)
    patients = np.concatenate([np.arange(30), 100 + np.arange(12) // 2])
    bootstrap = UnitBootstrap(truth, patients, 200, 1)
    found = bootstrap.interval(metrics.get("sensitivity"), truth)
    assert (found.low, found.high) == wilson(6, 6)
    assert found.method.startswith("Wilson")
    none = bootstrap.interval(metrics.get("sensitivity"), np.zeros(42, dtype=int))
    assert (none.low, none.high) == wilson(0, 6)
    flat = bootstrap.interval(metrics.get("quadratic-kappa"), truth)
    assert (flat.low, flat.high) == (1.0, 1.0)
    assert flat.method.endswith("all resamples equal")


def test_strata_keep_their_sizes() -> None:
    strata = np.array([0, 0, 0, 1, 1, 2])
    weights = unit_weights(list("abcdef"), 100, seed=1, strata=strata)
    for stratum, size in ((0, 3), (1, 2), (2, 1)):
        assert (weights[strata == stratum].sum(axis=0) == size).all()


def test_percentiles_are_numpys() -> None:
    values = np.random.default_rng(1).normal(size=777)
    expected = np.quantile(values, [0.025, 0.975])
    assert percentiles(values, 0.95) == pytest.approx(tuple(expected), abs=1e-12)


def test_percentiles_leave_undefined_values_out() -> None:
    assert percentiles(np.array([np.nan, 1.0, 1.0, np.nan]), 0.9) == (1.0, 1.0)
    assert np.isnan(percentiles(np.array([np.nan]), 0.9)).all()


@pytest.mark.parametrize("missing", [None, float("nan"), "", "  "])
def test_missing_unit_is_refused(missing) -> None:
    with pytest.raises(DataError, match="1 rows have no unit id"):
        unit_weights(["a", missing, "b"], 10, seed=1)


def test_fewer_than_two_units_are_refused() -> None:
    with pytest.raises(DataError, match="at least two units, got 1"):
        UnitBootstrap([0, 1], ["a", "a"], 10, 1)


def test_unit_in_two_strata_is_refused() -> None:
    with pytest.raises(DataError, match="two strata"):
        unit_weights(["a", "a", "b"], 10, seed=1, strata=[0, 1, 0])


def test_level_outside_its_range_is_refused() -> None:
    with pytest.raises(UsageError, match="level"):
        percentiles(np.arange(5.0), 95)


def test_coverage_on_clustered_data() -> None:
    """60 patients of 4 correlated slides: the interval over patients covers, that over rows not."""
    rng = np.random.default_rng(11)
    covered = {"patient": 0, "row": 0}
    sets, patients, slides = 200, 60, 4
    for seed in range(sets):
        shared = rng.random((patients, 1)) < 0.5
        common = rng.random((patients, 1)) < 0.75
        right = np.where(shared, common, rng.random((patients, slides)) < 0.75).ravel()
        truth = np.zeros(patients * slides, dtype=int)
        units = {"patient": np.repeat(np.arange(patients), slides), "row": np.arange(truth.size)}
        for name, ids in units.items():
            interval = UnitBootstrap(truth, ids, 300, seed).interval(ACCURACY, ~right)
            covered[name] += interval.low <= 0.75 <= interval.high
    assert covered["patient"] / sets > 0.9
    assert covered["row"] / sets < 0.85


def test_bca_is_near_scipys() -> None:
    rng = np.random.default_rng(12)
    truth, given = rng.normal(size=40), rng.normal(size=40)
    metric = metrics.get("mae")
    gaps = np.abs(truth - given)
    oracle = scipy_bootstrap(
        (gaps,), np.mean, n_resamples=20_000, method="BCa", rng=np.random.default_rng(1)
    ).confidence_interval
    found = UnitBootstrap(truth, np.arange(40), 20_000, 1).interval(metric, given, method="bca")
    plain = UnitBootstrap(truth, np.arange(40), 20_000, 1).interval(metric, given)
    assert (found.low, found.high) == pytest.approx((oracle.low, oracle.high), abs=0.012)
    assert abs(found.high - oracle.high) < abs(plain.high - oracle.high)
    assert found.method == "bca bootstrap over units"


def test_jackknife_leaves_one_patient_out() -> None:
    rng = np.random.default_rng(13)
    truth, called = rng.integers(0, 2, 30), rng.integers(0, 2, 30)
    units = np.array([f"p{i % 7}" for i in range(30)])
    found = UnitBootstrap(truth, units, 10, 1).jackknife(ACCURACY, called)
    expected = [ACCURACY(truth[units != u], called[units != u]) for u in sorted(set(units))]
    assert found.tolist() == expected


def test_bca_of_identical_predictions_is_zero() -> None:
    truth = np.arange(20) % 2
    interval = UnitBootstrap(truth, np.arange(20), 50, 1).difference(
        ACCURACY, truth, truth.copy(), method="bca"
    )
    assert (interval.low, interval.high) == (0.0, 0.0)


def test_the_choice_of_kernels_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKBENCH_NUMBA", "alway")
    with pytest.raises(UsageError, match="auto, always or never"):
        draw_counts(4, 2, seed=1)


def test_unknown_method_gets_a_hint() -> None:
    with pytest.raises(UsageError, match="method of bootstrap is percentile, bca"):
        UnitBootstrap([0, 1], ["a", "b"], 10, 1).interval(ACCURACY, [0, 1], method="bcaa")


def test_a_missing_stratum_is_named() -> None:
    with pytest.raises(DataError, match=r"row 1: 1 rows have no stratum"):
        unit_weights(["a", "b", "c"], 10, 1, strata=["x", None, "x"])
