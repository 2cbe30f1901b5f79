"""Calibration: published cases, an unpenalised logistic fit, decision curves."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.calibration import reliability_table
from workbench.metrics.net_benefit import decision_curve

# MetricsReloaded test_calibration_metrics.py, figure SN 2.24 of the Pitfalls paper.
TRUTH = [0, 1, 0, 0, 1, 1, 1, 1, 1, 0]
GIVEN = [0.22, 0.48, 0.49, 0.96, 0.55, 0.64, 0.78, 0.82, 0.34, 0.87]


@pytest.mark.parametrize(("bins", "expected"), [(2, 0.11), (5, 0.32), (10, 0.36)])
def test_ece_of_the_pitfalls_paper(bins, expected) -> None:
    assert metrics.get("ece", bins=bins)(TRUTH, GIVEN) == pytest.approx(expected, abs=0.01)


def test_ece_equals_its_reliability_table() -> None:
    rng = np.random.default_rng(0)
    given = rng.random(500)
    truth = (rng.random(500) < given**2).astype(int)
    for binning in ("width", "count"):
        table = reliability_table(truth, given, bins=7, binning=binning)
        gap = (table["n"] * (table["stated"] - table["observed"]).abs()).sum() / 500
        value = metrics.get("ece", bins=7, binning=binning)(truth, given)
        assert value == pytest.approx(gap, abs=1e-12)
    assert table["n"].between(71, 72).all()


@pytest.mark.parametrize("kind", ["none", "weights"])
def test_slope_and_intercept_are_those_of_a_logistic_fit(kind) -> None:
    rng = np.random.default_rng(1)
    odds = rng.normal(0, 2, 800)
    truth = (rng.random(800) < 1 / (1 + np.exp(-(0.6 * odds - 0.4)))).astype(int)
    given = 1 / (1 + np.exp(-odds))
    weights = rng.uniform(0.2, 2, 800) if kind == "weights" else np.ones(800)
    fit = LogisticRegression(C=np.inf, tol=1e-12, max_iter=1000)
    fit.fit(odds[:, None], truth, sample_weight=weights)
    slope = metrics.get("calibration-slope")(truth, given, weights)
    assert slope == pytest.approx(fit.coef_[0, 0], abs=1e-6)
    intercept = metrics.get("calibration-intercept")(truth, given, weights)
    shifted = 1 / (1 + np.exp(-(odds + intercept)))
    assert np.average(shifted, weights=weights) == pytest.approx(
        np.average(truth, weights=weights), abs=1e-12
    )


def test_right_probabilities_are_on_target_on_average() -> None:
    rng = np.random.default_rng(2)
    found: dict[str, list[float]] = {"calibration-slope": [], "calibration-intercept": []}
    for _ in range(60):
        given = rng.random(500)
        truth = (rng.random(500) < given).astype(int)
        for name, values in found.items():
            values.append(metrics.get(name)(truth, given))
    for name, values in found.items():
        error = np.std(values) / np.sqrt(60)
        assert abs(np.mean(values) - metrics.get(name).target) < 3.5 * error


def test_separated_classes_have_no_slope() -> None:
    with pytest.raises(DataError, match="undefined"):
        metrics.get("calibration-slope")([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9])


@pytest.mark.parametrize(
    ("odds", "first", "second"), [(1 / 9, 0.206, 0.127), (1.0, -0.429, -0.381)]
)
def test_net_benefit_of_the_pitfalls_paper(odds, first, second) -> None:
    metric = metrics.get("net-benefit", threshold=odds / (1 + odds))
    treat_all = metric([1] * 30 + [0] * 75, np.ones(105))
    called = [1.0] * 20 + [0.0] * 15 + [1.0] * 60 + [0.0] * 10
    assert treat_all == pytest.approx(first, abs=0.001)
    assert metric([1] * 35 + [0] * 70, called) == pytest.approx(second, abs=0.001)


def test_decision_curve_by_hand() -> None:
    rng = np.random.default_rng(3)
    given = rng.random(300)
    truth = (rng.random(300) < given).astype(int)
    curve = decision_curve(truth, given, [0.05, 0.3, 0.7])
    for _, row in curve.iterrows():
        odds = row["threshold"] / (1 - row["threshold"])
        acts = given >= row["threshold"]
        hits, alarms = (acts & (truth == 1)).sum(), (acts & (truth == 0)).sum()
        assert row["model"] == pytest.approx((hits - odds * alarms) / 300, abs=1e-12)
        assert row["treat_all"] == pytest.approx(truth.mean() - odds * (1 - truth.mean()))
    assert curve["treat_none"].tolist() == [0.0] * 3
    with pytest.raises(UsageError, match="threshold"):
        decision_curve(truth, given, [0.5, 1.0])


def test_largest_gap_of_the_pitfalls_paper() -> None:
    for bins, expected in ((2, 0.12), (5, 0.55), (10, 0.96)):
        table = reliability_table(TRUTH, GIVEN, bins=bins)
        assert (table["stated"] - table["observed"]).abs().max() == pytest.approx(
            expected, abs=0.01
        )


def test_floor_of_net_benefit_is_the_better_of_all_and_none() -> None:
    truth = np.array([1] * 20 + [0] * 80)
    low = metrics.best_constant(metrics.get("net-benefit", threshold=0.1), truth)
    assert (low.answer, low.value) == ("1", pytest.approx(0.2 - 0.8 / 9))
    high = metrics.best_constant(metrics.get("net-benefit", threshold=0.5), truth)
    assert (high.answer, high.value) == ("0", 0.0)


@pytest.mark.parametrize(
    ("name", "params"),
    [("ece", {"bins": 0}), ("ece", {"binning": "size"}), ("net-benefit", {"threshold": 1.0})],
)
def test_parameters_without_meaning_are_refused(name, params) -> None:
    with pytest.raises(UsageError):
        metrics.get(name, **params)
