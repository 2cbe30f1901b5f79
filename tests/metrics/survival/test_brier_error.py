"""Standard error of the Brier score: riskRegression, infinitesimal jackknife, patients."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.metrics.survival.brier_error import brier_estimate
from workbench.metrics.survival.brier_table import brier_table

from .brier_problems import TIMES, R, curves, draw, outcome


@pytest.mark.parametrize(("kind", "tolerance"), [("time", 1e-12), ("tied", 0.015)])
def test_standard_errors_of_riskregression(kind, tolerance) -> None:
    """Equal without ties; with ties R's own differs from its jackknife by up to 1.5 %."""
    rows = [row for row in R[kind]["score"] if row["model"] != "Null model"]
    for row in rows:
        i = TIMES.index(row["times"])
        found = brier_estimate(outcome(kind), curves(row["model"])[:, i], TIMES[i])
        assert found.value == pytest.approx(row["Brier"], rel=1e-12)
        assert found.error == pytest.approx(row["se"], rel=tolerance)
    for i, row in enumerate(R[kind]["difference"]):
        fair, sure = (
            brier_estimate(outcome(kind), curves(model)[:, i], TIMES[i])
            for model in ("fair", "sure")
        )
        gap = sure - fair
        assert gap.value == pytest.approx(row["delta.Brier"], rel=1e-9)
        assert gap.error == pytest.approx(row["se"], rel=tolerance)


@pytest.mark.parametrize("kind", ["time", "tied"])
def test_influence_is_the_derivative_by_the_weight(kind) -> None:
    truth, predicted = outcome(kind), curves("fair")[:, 1]
    found = brier_estimate(truth, predicted, 2.0)
    metric, n, small = metrics.get("survival-brier", horizon=2.0), len(truth), 1e-5
    moved = metric.columns(truth, predicted, np.ones((n, n)) + small * np.eye(n))
    derivative = (moved - found.value) / small * n
    # The product of shares that stay, where the influence takes its exponential form.
    assert found.influence == pytest.approx(derivative, abs=0.02)
    assert found.error == pytest.approx(np.std(derivative, ddof=1) / np.sqrt(n), rel=1e-3)
    assert found.influence.mean() == pytest.approx(0.0, abs=1e-13)


def test_repeated_rows_of_a_patient_change_no_error() -> None:
    truth, predicted = draw(1, 80)
    once = brier_estimate(truth, predicted[:, 1], 2.0)
    rows = np.repeat(np.arange(80), 3)
    thrice = brier_estimate(truth[rows], predicted[rows, 1], 2.0, units=rows)
    assert thrice.value == pytest.approx(once.value, rel=1e-12)
    assert thrice.error == pytest.approx(once.error, rel=0.01)
    assert brier_estimate(truth[rows], predicted[rows, 1], 2.0).error < 0.7 * once.error


def test_interval_agrees_with_the_bootstrap_over_patients() -> None:
    truth, predicted = outcome("time"), curves("fair")[:, 1]
    bootstrap = metrics.UnitBootstrap(truth, np.arange(len(truth)), 500, seed=1)
    interval = bootstrap.interval(metrics.get("survival-brier", horizon=2.0), predicted)
    low, high = brier_estimate(truth, predicted, 2.0).interval()
    assert interval.undefined == 0
    assert interval.low == pytest.approx(low, abs=0.005)
    assert interval.high == pytest.approx(high, abs=0.005)


def test_table_has_the_null_model_beside_each_score() -> None:
    table = brier_table(outcome("tied"), curves("sure"), TIMES)
    rows = [row for row in R["tied"]["score"] if row["model"] == "sure"]
    null = [row for row in R["tied"]["score"] if row["model"] == "Null model"]
    assert table["brier"].tolist() == pytest.approx([row["Brier"] for row in rows])
    assert table["null"].tolist() == pytest.approx([row["Brier"] for row in null])
    assert table["ipa"].tolist() == pytest.approx([row["IPA"] for row in rows])
    assert ((table["low"] < table["brier"]) & (table["brier"] < table["high"])).all()


def test_contributions_average_to_the_score_also_for_known_censoring() -> None:
    truth, predicted = draw(4)
    for params in ({}, {"reestimate": "once"}, {"training": draw(5)[0]}):
        metric = metrics.get("survival-brier", horizon=2.0, **params)
        parts = metric.contributions(truth, [predicted[:, [1]]])
        assert parts[:, 0].mean() == pytest.approx(metric(truth, predicted[:, 1]), rel=1e-12)


def test_intervals_cover_the_true_score() -> None:
    """800 sets of 200 patients: 95 % intervals cover in about 94 %."""
    rng = np.random.default_rng(0)

    def cases(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        x = rng.normal(size=n)
        hazard = 0.25 * np.exp(0.9 * x)
        event_time, censored = rng.exponential(1 / hazard), rng.exponential(6.0, n)
        truth = np.column_stack([np.minimum(event_time, censored), event_time <= censored])
        return truth, np.exp(-0.4 * np.exp(1.4 * x)), np.exp(-2.0 * hazard)

    _, told, true = cases(500_000)
    score = np.mean(true * (1 - told) ** 2 + (1 - true) * told**2)
    hits = 0
    for _ in range(800):
        truth, told, _ = cases(200)
        low, high = brier_estimate(truth, told, 2.0).interval()
        hits += low < score < high
    assert 0.92 <= hits / 800 <= 0.97
