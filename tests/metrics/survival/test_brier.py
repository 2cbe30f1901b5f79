"""Brier score, IBS and IPA of predicted survival: R, scikit-survival, torchsurv, definition."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import brier_score_loss

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics.survival.censoring import censoring_curves, kaplan_meier
from workbench.metrics.survival.ipcw import IPCW_VARIANTS
from workbench.metrics.survival.outcome import Outcome

from .brier_problems import PYTHON, TIMES, R, curves, draw, outcome

KINDS = pytest.mark.parametrize("kind", ["time", "tied"])
MODELS = pytest.mark.parametrize("model", ["fair", "sure"])


def scores(kind: str, model: str) -> list[dict]:
    """Return riskRegression's rows of a model."""
    return [row for row in R[kind]["score"] if row["model"] == model]


@KINDS
@MODELS
def test_brier_ipa_and_ibs_of_riskregression(kind, model) -> None:
    truth, predicted = outcome(kind), curves(model)
    for i, row in enumerate(scores(kind, model)):
        brier = metrics.get("survival-brier", horizon=TIMES[i])
        ipa = metrics.get("ipa", horizon=TIMES[i])
        assert brier(truth, predicted[:, i]) == pytest.approx(row["Brier"], rel=1e-12)
        assert ipa(truth, predicted[:, i]) == pytest.approx(row["IPA"], rel=1e-11)
        if i:
            upto = metrics.get("integrated-brier", times=TIMES[: i + 1], integration="step")
            assert upto(truth, predicted[:, : i + 1]) == pytest.approx(row["IBS"], rel=1e-12)


@KINDS
def test_floor_is_the_null_model_of_riskregression(kind) -> None:
    for i, row in enumerate(scores(kind, "Null model")):
        metric = metrics.get("survival-brier", horizon=TIMES[i])
        floor = metrics.best_constant(metric, outcome(kind))
        assert floor.answer == "Kaplan-Meier"
        assert floor.value == pytest.approx(row["Brier"], rel=1e-12)
        ipa = metrics.get("ipa", horizon=TIMES[i])
        assert metrics.best_constant(ipa, outcome(kind)).value == pytest.approx(0, abs=1e-12)


@KINDS
@MODELS
def test_scikit_survival_with_own_and_with_training_censoring(kind, model) -> None:
    truth, predicted = outcome(kind), curves(model)
    half = len(truth) // 2
    for name, rows, training in (("own", slice(None), None), ("train", slice(half, None), half)):
        expected = PYTHON[f"{kind}-{model}-{name}"]
        how = {"variant": "sksurv", "training": None if training is None else truth[:training]}
        for i, time in enumerate(TIMES):
            metric = metrics.get("survival-brier", horizon=time, **how)
            found = metric(truth[rows], predicted[rows, i])
            assert found == pytest.approx(expected["brier"][i], rel=1e-12)
        integrated = metrics.get("integrated-brier", times=TIMES, **how)
        found = integrated(truth[rows], predicted[rows])
        assert found == pytest.approx(expected["integrated"], rel=1e-12)


def test_brier_of_torchsurv(shared_data: Path) -> None:
    """R SurvMetrics::Brier on lung and gbsg, rounded to four digits by torchsurv."""
    path = shared_data / "survival/torchsurv_reference/benchmark_brier_score.json"
    for case in json.loads(path.read_text(encoding="utf-8")):
        truth = np.column_stack([case["test_time"], case["test_status"]]).astype(float)
        predicted = np.array(case["estimate"])
        for i, time in enumerate(case["times"]):
            metric = metrics.get("survival-brier", horizon=float(time), variant="SurvMetrics")
            expected = float(case["brier_score_survMetrics"][i])
            # The predictions are rounded too.
            assert metric(truth, predicted[:, i]) == pytest.approx(expected, abs=1.0e-4)


def test_without_censoring_it_is_the_binary_brier_score() -> None:
    truth, predicted = draw(3, ties=True)
    truth[:, 1] = 1
    for i, time in enumerate(TIMES):
        alive = truth[:, 0] > time
        expected = brier_score_loss(alive, predicted[:, i])
        for variant in IPCW_VARIANTS:
            metric = metrics.get("survival-brier", horizon=time, variant=variant)
            assert metric(truth, predicted[:, i]) == pytest.approx(expected, rel=1e-12)
    with pytest.raises(DataError, match="time 99 lies beyond the support"):
        metrics.get("survival-brier", horizon=99.0)(truth, predicted[:, 0])


def by_definition(truth, predicted, time, variant, counts) -> float:
    """Write the rows out and add up Graf's three categories, row by row."""
    rows = np.repeat(np.arange(len(truth)), counts)
    seen = Outcome(truth[rows, 0], truth[rows, 1] == 1)
    chosen = IPCW_VARIANTS[variant]
    free = censoring_curves(seen, np.ones((len(rows), 1)), chosen.ties)
    total = 0.0
    for own, event, survival in zip(seen.time, seen.event, predicted[rows], strict=True):
        if own > time:
            total += (1 - survival) ** 2 / free.at([time])[0, 0]
        elif event:
            share = free.before([own]) if chosen.just_before else free.at([own])
            total += survival**2 / share[0, 0]
    return total / len(rows)


@given(st.integers(0, 10_000), st.sampled_from(sorted(IPCW_VARIANTS)))
def test_brier_is_its_definition_under_counts(seed, variant) -> None:
    truth, predicted = draw(seed, 25)
    counts = np.random.default_rng(seed).integers(0, 3, 25)
    counts[0] = 1  # followed beyond every time
    metric = metrics.get("survival-brier", horizon=2.0, variant=variant)
    found = metric(truth, predicted[:, 1], counts)
    assert found == pytest.approx(by_definition(truth, predicted[:, 1], 2.0, variant, counts))


@given(st.integers(0, 10_000))
def test_integrals_are_those_of_the_scores_at_the_times(seed) -> None:
    truth, predicted = draw(seed, 25)
    single = [
        metrics.get("survival-brier", horizon=t)(truth, predicted[:, i])
        for i, t in enumerate(TIMES)
    ]
    trapezoid = metrics.get("integrated-brier", times=TIMES)(truth, predicted)
    assert trapezoid == pytest.approx(
        ((single[0] + single[1]) / 2 + (single[1] + single[2])) / 3.0, rel=1e-12
    )
    step = metrics.get("integrated-brier", times=TIMES, integration="step")(truth, predicted)
    assert step == pytest.approx((single[0] * 1 + single[1] * 2) / 4.0, rel=1e-12)


@given(st.integers(0, 10_000))
def test_null_model_is_refitted_under_each_weighting(seed) -> None:
    truth, predicted = draw(seed, 25)
    counts = np.random.default_rng(seed).integers(0, 3, 25)
    counts[:2] = 1
    rows = np.repeat(np.arange(25), counts)
    for name, params, columns in (
        ("ipa", {"horizon": 2.0}, [1]),
        ("integrated-ipa", {"times": TIMES}, [0, 1, 2]),
    ):
        metric = metrics.get(name, **params)
        written = metric.columns(truth[rows], predicted[rows][:, columns])[0]
        weighted = metric.columns(truth, predicted[:, columns], counts)[0]
        assert weighted == pytest.approx(written, rel=1e-12, nan_ok=True)
        seen = Outcome(truth[rows, 0], truth[rows, 1] == 1)
        null = kaplan_meier(seen, np.ones((len(rows), 1))).at(metric.evaluation_times)[:, 0]
        null = np.tile(null, (len(rows), 1))
        if not np.isnan(written):
            assert metric(truth[rows], null) == pytest.approx(0.0, abs=1e-12)


def test_censoring_estimated_once_differs_and_is_named() -> None:
    truth, predicted = draw(5)
    weights = np.random.default_rng(0).integers(0, 3, 60)
    weights[0] = 1
    each = metrics.get("survival-brier", horizon=2.0)
    once = metrics.get("survival-brier", horizon=2.0, reestimate="once")
    assert each(truth, predicted[:, 1]) == once(truth, predicted[:, 1])
    assert each(truth, predicted[:, 1], weights) != once(truth, predicted[:, 1], weights)
    assert "under each weighting" in each.convention
    assert "once, unweighted" in once.convention
    other = metrics.get("survival-brier", horizon=2.0, training=draw(6)[0])
    assert "training outcome" in other.convention


def test_columns_that_nobody_survives_are_undefined() -> None:
    truth = np.array([[1, 1], [2, 0], [3, 1], [4, 0]], dtype=float)
    metric = metrics.get("survival-brier", horizon=2.5)
    weights = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 0], [1, 0, 0]])
    found = metric.columns(truth, np.full(4, 0.5), weights)
    # Second: the last case is censored before. Third: all are known to have had the event.
    assert np.isnan(found).tolist() == [False, True, False]
    assert found[2] == 0.25


@pytest.mark.parametrize("name", ["survival-brier", "ipa"])
def test_horizon_beyond_the_censoring_is_refused_with_its_place(name) -> None:
    truth = np.array([[1, 1], [5, 0], [2, 1], [3, 0]], dtype=float)
    for horizon, end in ((5.0, "censored at 5"), (7.0, "followed beyond 5")):
        with pytest.raises(DataError, match=rf"row 1: time .* beyond the support .* {end}"):
            metrics.get(name, horizon=horizon)(truth, np.full(4, 0.5))
    trained = metrics.get(name, horizon=4.0, training=truth[[0, 2, 3]])
    with pytest.raises(DataError, match="no training case is followed beyond 3"):
        trained(truth, np.full(4, 0.5))


@pytest.mark.parametrize(
    ("predicted", "message"),
    [
        ([[0.9, 0.8], [0.9, 1.2]], r"row 1, time 3: survival must lie between 0 and 1: 1.2"),
        ([[0.9, 0.8], [0.5, 0.6]], r"row 1, time 3: the curve rises: 0.6 from 0.5 \(1 rows\)"),
        ([[0.9, np.nan], [0.5, 0.5]], r"row 0, time 3: survival probability is NaN"),
        ([0.9, 0.8], "2 cases and 2 times"),
        ([[0.9, 0.8]], r"got shape \(1, 2\)"),
        ([["a", "b"], ["c", "d"]], "prediction must be numbers"),
    ],
)
def test_bad_curves_have_named_errors(predicted, message) -> None:
    truth = [[4, 1], [5, 0]]
    with pytest.raises(DataError, match=message):
        metrics.get("integrated-brier", times=(2.0, 3.0))(truth, predicted)


def test_single_precision_is_no_rising_curve() -> None:
    metric = metrics.get("integrated-brier", times=(2.0, 3.0))
    assert metric([[4, 1], [5, 0]], [[0.5, 0.5 + 9e-7], [0.9, 0.9]]) > 0


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("survival-brier", {"horizon": 0.0}, "above 0, got 0"),
        ("survival-brier", {"horizon": float("nan")}, "above 0, got nan"),
        ("survival-brier", {"horizon": 1.0, "variant": "sksurf"}, "did you mean 'sksurv'"),
        ("survival-brier", {"horizon": 1.0, "reestimate": "always"}, "each, once"),
        ("integrated-brier", {"times": (1.0, 1.0)}, r"times\[1\] = 1 follows 1"),
        ("integrated-brier", {"times": (1.0,)}, "at least two times"),
        ("integrated-brier", {"times": (1.0, 2.0), "integration": "simpson"}, "trapezoid, step"),
    ],
)
def test_parameters_without_meaning_are_refused(name, params, message) -> None:
    with pytest.raises(UsageError, match=message):
        metrics.get(name, **params)
