"""Many models at once have the digits of one at a time; terms of cases stand for the value."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.metrics.delong import delong

PARAMS = {
    "cost-score": {"cost": metrics.TISSUENET_COST},
    "sensitivity-at-specificity": {"at": 0.8},
    "specificity-at-sensitivity": {"at": 0.8},
    "net-benefit": {"threshold": 0.3},
}
LABELS = ("accuracy", "balanced-accuracy", "mcc", "quadratic-kappa", "cost-score", "f-beta")
SCORES = ("auroc", "average-precision", "partial-auroc", "sensitivity-at-specificity")
PROBABILITIES = ("brier", "log-loss", "ece", "net-benefit", "pf1")
VALUES = ("mae", "rmse", "r2")


def _problem(name: str):
    rng = np.random.default_rng(7)
    n, m = 120, 5
    if name in VALUES:
        truth = rng.normal(size=n)
        return metrics.get(name), truth, list(truth + rng.normal(size=(m, n)))
    if name == "cost-score":
        truth, predictions = rng.integers(0, 4, n), list(rng.integers(0, 4, (m, n)))
        return metrics.get(name, 4, **PARAMS[name]), truth, predictions
    truth = rng.integers(0, 2, n)
    metric = metrics.get(name, 2, **PARAMS.get(name, {}))
    if name in LABELS:
        return metric, truth, list(rng.integers(0, 2, (m, n)))
    noisy = np.clip(0.5 + 0.15 * (2 * truth - 1) + 0.2 * rng.normal(size=(m, n)), 0, 1)
    return metric, truth, list(np.round(noisy, 2))


@pytest.mark.parametrize("name", LABELS + SCORES + PROBABILITIES + VALUES)
def test_all_at_once_equals_one_by_one(name) -> None:
    metric, truth, predictions = _problem(name)
    weights = metrics.unit_weights(np.arange(len(truth)) // 2, 50, 1)
    together = metric.columns_of_models(truth, predictions, weights)
    alone = np.array([metric.columns(truth, one, weights) for one in predictions])
    assert np.array_equal(together, alone, equal_nan=True)


def test_all_at_once_equals_one_by_one_for_models_of_different_size() -> None:
    truth = np.zeros(90)
    predictions = list(np.random.default_rng(1).normal(size=(4, 90)) * [[1e-3], [1], [7], [1e6]])
    weights = metrics.unit_weights(np.arange(90), 40, 2)
    metric = metrics.get("mae")
    together = metric.columns_of_models(truth, predictions, weights)
    assert np.array_equal(together[1], metric.columns(truth, predictions[1], weights))


@pytest.mark.parametrize("name", ["accuracy", "cost-score", "mae", "brier", "auroc"])
def test_terms_average_to_the_value(name) -> None:
    metric, truth, predictions = _problem(name)
    true = metric.checked_truth(truth)
    checked = [metric.checked(one, len(true)) for one in predictions]
    terms = metric.contributions(true, checked)
    values = metric.columns_of_models(truth, predictions)[:, 0]
    means = terms.mean(axis=0) / getattr(metric, "denominator", 1)
    assert means == pytest.approx(values, abs=1e-12)


def test_terms_of_three_classes_average_to_the_value() -> None:
    rng = np.random.default_rng(3)
    truth, metric = rng.integers(0, 3, 80), metrics.get("auroc", 3)
    scores = [rng.normal(size=(80, 3)) for _ in range(2)]
    terms = metric.contributions(truth, scores)
    assert terms.mean(axis=0) == pytest.approx(metric.columns_of_models(truth, scores)[:, 0])


def test_terms_of_the_area_have_delongs_variance() -> None:
    metric, truth, predictions = _problem("auroc")
    n = len(truth)
    terms = metric.contributions(truth, predictions)
    gaps = (terms[:, 0] - terms[:, 1]) / n
    areas = delong(truth, np.column_stack(predictions))
    _, error, _ = areas.difference(0, 1)
    assert np.sqrt((gaps**2).sum()) == pytest.approx(error, rel=0.03)


def test_a_metric_without_terms_says_so() -> None:
    metric, truth, predictions = _problem("average-precision")
    assert metric.contributions(truth, predictions) is None
