"""The catalogue: names, parameters, conventions, and the promises each metric makes."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import UsageError
from workbench.metrics.catalogue import kind_of

NEEDS = ("labels", "probabilities", "scores")
OF_CLASSES = [name for name in metrics.names() if metrics.kind_of(name).needs in NEEDS]


@pytest.fixture(params=OF_CLASSES)
def metric(request: pytest.FixtureRequest) -> metrics.Metric:
    """Each metric of the catalogue, on four classes."""
    values = {"cost": metrics.TISSUENET_COST, "of": "1"}
    wanted = metrics.parameters(request.param)
    return metrics.get(request.param, 4, **{k: v for k, v in values.items() if k in wanted})


def prediction(metric: metrics.Metric, sample) -> np.ndarray:
    return sample.labels if metric.needs == "labels" else sample.probabilities


def test_unknown_name_gets_a_hint() -> None:
    with pytest.raises(UsageError, match="did you mean 'quadratic-kappa'"):
        metrics.get("quadratic-kapa")


def test_unknown_and_missing_parameters_are_named() -> None:
    with pytest.raises(UsageError, match="no parameter 'shceme'; did you mean 'scheme'"):
        metrics.get("kappa", 3, shceme="linear")
    with pytest.raises(UsageError, match="cost"):
        metrics.get("cost-score", 3)
    with pytest.raises(UsageError, match="needs 'of'"):
        metrics.get("sensitivity", 3)


@pytest.mark.parametrize(
    ("name", "params"),
    [
        ("kappa", {"scheme": "cubic"}),
        ("brier", {"form": "mean"}),
        ("log-loss", {"clip": 0.7}),
        ("top-k", {"k": 9}),
        ("sensitivity", {"of": "8"}),
    ],
)
def test_parameter_values_without_meaning_are_refused(name, params) -> None:
    with pytest.raises(UsageError):
        metrics.get(name, 3, **params)


def test_class_names_must_differ() -> None:
    with pytest.raises(UsageError, match="differ"):
        metrics.get("accuracy", ["a", "a"])


def test_conventions_cover_every_metric() -> None:
    rows = {row["name"]: row for row in metrics.conventions()}
    assert sorted(rows) == metrics.names()
    for row in rows.values():
        assert all(row[key] for key in ("title", "direction", "needs", "undefined", "source"))


def test_perfect_answers_reach_the_better_end_of_the_range(metric) -> None:
    if metric.direction == "target" or metric.name == "net-benefit":
        pytest.skip("no end of the range is best, or prevalence bounds it")
    truth = np.arange(40) % 4
    perfect = truth if metric.needs == "labels" else np.eye(4)[truth]
    low, high = metric.range
    best = high if metric.direction == "maximize" else low
    assert metric(truth, perfect) == pytest.approx(best, abs=1e-12)


def test_values_lie_in_the_stated_range(metric, make_sample) -> None:
    for seed in range(5):
        sample = make_sample(seed, n=30)
        low, high = metric.range
        assert low <= metric(sample.truth, prediction(metric, sample)) <= high


def test_shuffled_rows_are_bit_equal(metric, make_sample) -> None:
    sample = make_sample(1)
    order = np.random.default_rng(0).permutation(len(sample.truth))
    for weights in (None, sample.counts, sample.weights):
        shuffled = None if weights is None else weights[order]
        before = metric(sample.truth, prediction(metric, sample), weights)
        after = metric(sample.truth[order], prediction(metric, sample)[order], shuffled)
        assert after == before


def test_frequency_weights_are_duplicated_rows(metric, make_sample) -> None:
    assert "frequency" in metric.supports
    sample = make_sample(2)
    rows = np.repeat(np.arange(len(sample.truth)), sample.counts)
    weighted = metric(sample.truth, prediction(metric, sample), sample.counts)
    written = metric(sample.truth[rows], prediction(metric, sample)[rows])
    assert weighted == pytest.approx(written, abs=1e-12)


def test_scaled_weights_change_no_point_estimate(metric, make_sample) -> None:
    assert "importance" in metric.supports
    sample = make_sample(3)
    value = metric(sample.truth, prediction(metric, sample), sample.weights)
    scaled = metric(sample.truth, prediction(metric, sample), sample.weights * 7.3)
    assert scaled == pytest.approx(value, rel=1e-12)


def test_matrix_of_weights_equals_its_columns(metric, make_sample) -> None:
    sample = make_sample(4)
    weights = np.random.default_rng(1).poisson(1.0, (len(sample.truth), 8)).astype(np.uint8)
    together = metric(sample.truth, prediction(metric, sample), weights)
    apart = [metric(sample.truth, prediction(metric, sample), weights[:, b]) for b in range(8)]
    assert together.tolist() == apart


def test_floor_is_the_best_of_all_constant_answers(metric, make_sample) -> None:
    truth = make_sample(5, n=50).truth
    if metric.name == "calibration-slope":
        pytest.skip("a constant answer has no slope")
    floor = metrics.best_constant(metric, truth)
    low, high = metric.range
    assert low <= floor.value <= high
    if metric.needs == "labels":
        values = [metric.columns(truth, np.full(50, i))[0] for i in range(4)]
        best = np.nanmax(values) if metric.direction == "maximize" else np.nanmin(values)
        assert floor.value == best


def test_floor_of_log_loss_is_the_entropy_of_the_classes() -> None:
    truth = np.array([0, 0, 0, 1])
    floor = metrics.best_constant(metrics.get("log-loss"), truth)
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert floor.answer == "class frequencies"
    assert floor.value == pytest.approx(entropy, abs=1e-12)


def test_names_are_unique_per_class() -> None:
    assert kind_of("cost_score") is kind_of("cost-score")


def test_a_target_is_better_when_nearer() -> None:
    slope = metrics.get("calibration-slope")
    assert slope.better(1.1, 0.7)
    assert not slope.better(0.7, 1.1)
