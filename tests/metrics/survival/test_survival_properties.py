"""What every metric of predicted survival promises under order, weights and resampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench import metrics

from .brier_problems import METRICS, draw, for_metric

SEEDS = st.integers(0, 10_000)
NAMES = [*METRICS, "survival-calibration-slope by cox"]
BY_TERMS = [name for name in NAMES if name != "survival-ici"]


def set_up(name: str) -> metrics.Metric:
    """Return the metric with its parameters."""
    name, _, method = name.partition(" by ")
    return metrics.get(name, **METRICS[name], **({"method": method} if method else {}))


def problem(name: str, seed: int, n: int = 60):
    """Return a metric with a truth and the prediction it needs."""
    metric = set_up(name)
    truth, predicted = draw(seed, n)
    return metric, truth, for_metric(metric, predicted)


@pytest.mark.parametrize("name", NAMES)
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_shuffled_rows_are_bit_equal(name, seed) -> None:
    metric, truth, predicted = problem(name, seed)
    rng = np.random.default_rng(seed)
    order = rng.permutation(60)
    for weights in (np.ones(60, np.uint8), rng.integers(0, 3, 60), rng.uniform(0.1, 2, 60)):
        before = metric.columns(truth, predicted, weights)
        after = metric.columns(truth[order], predicted[order], weights[order])
        assert np.array_equal(before, after, equal_nan=True)


@pytest.mark.parametrize("name", NAMES)
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_matrix_of_weights_equals_its_columns(name, seed) -> None:
    metric, truth, predicted = problem(name, seed)
    weights = np.random.default_rng(seed).integers(0, 3, (60, 5)).astype(np.uint8)
    together = metric.columns(truth, predicted, weights)
    apart = [metric.columns(truth, predicted, column)[0] for column in weights.T]
    assert np.array_equal(together, apart, equal_nan=True)


@pytest.mark.parametrize("name", BY_TERMS)
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_counts_are_duplicated_rows(name, seed) -> None:
    metric, truth, predicted = problem(name, seed)
    counts = np.random.default_rng(seed).integers(0, 3, 60)
    counts[:2] = 1  # an event, and one followed beyond every time
    rows = np.repeat(np.arange(60), counts)
    weighted = metric.columns(truth, predicted, counts)
    written = metric.columns(truth[rows], predicted[rows])
    assert weighted == pytest.approx(written, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", NAMES)
@given(seed=SEEDS)
@settings(max_examples=15, deadline=None)
def test_scaled_weights_change_no_value(name, seed) -> None:
    metric, truth, predicted = problem(name, seed)
    weights = np.random.default_rng(seed).uniform(0.1, 2, 60)
    value = metric.columns(truth, predicted, weights)
    scaled = metric.columns(truth, predicted, 7.3 * weights)
    assert scaled == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("name", NAMES)
def test_values_lie_in_the_stated_range_and_blocks_change_nothing(name, monkeypatch) -> None:
    metric, truth, predicted = problem(name, 7)
    weights = metrics.unit_weights(np.arange(60), 40, 1)
    whole = metric.columns(truth, predicted, weights)
    monkeypatch.setattr("workbench.metrics.survival.base._NUMBERS", 420)
    assert np.array_equal(whole, metric.columns(truth, predicted, weights), equal_nan=True)
    low, high = metric.range
    assert np.all((whole >= low) & (whole <= high) | np.isnan(whole))


@pytest.mark.parametrize("name", NAMES)
def test_bootstrap_differences_and_groups_work(name) -> None:
    metric, truth, predicted = problem(name, 8, 120)
    units = np.arange(120) // 2
    bootstrap = metrics.UnitBootstrap(truth, units, 100, seed=1)
    interval = bootstrap.interval(metric, predicted)
    assert interval.low < metric(truth, predicted) < interval.high
    gap = bootstrap.difference(metric, predicted, predicted)
    assert (gap.low, gap.high) == (0.0, 0.0)
    table = metrics.by_group(metric, truth, predicted, units % 2)
    assert table["n"].tolist() == [60, 60]
    rows = units % 2 == 0
    if name in BY_TERMS:
        alone = metric.columns(truth[rows], predicted[rows])[0]
        assert table["value"][0] == pytest.approx(alone, rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_floor_is_the_kaplan_meier_curve(name) -> None:
    metric, truth, _ = problem(name, 9)
    if metric.name == "survival-calibration-slope":
        pytest.skip("a constant answer has no slope")
    floor = metrics.best_constant(metric, truth)
    assert floor.answer == "Kaplan-Meier"
    assert floor.prediction.shape == (60, len(metric.evaluation_times))
    right = {"ipa": 0.0, "integrated-ipa": 0.0, "survival-oe": 1.0}
    if name in right:
        assert floor.value == pytest.approx(right[name], abs=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_convention_label_and_source_are_stated(name) -> None:
    metric = set_up(name)
    assert metric.convention
    assert metric.source
    assert metric.title
    assert metric.undefined
    assert metric.label.startswith(metric.name)
    assert ("frequency" in metric.supports) == (name in BY_TERMS)
