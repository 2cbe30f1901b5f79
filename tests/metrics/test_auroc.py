"""AUROC: exact pair counts, ties, fallback without numba, invariances."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from workbench import metrics
from workbench.errors import DataError, UsageError
from workbench.metrics import UndefinedMetricWarning
from workbench.metrics.auroc import auroc_of_models
from workbench.metrics.rank_counts import pairs_won

AUROC = metrics.get("auroc")


@pytest.fixture(autouse=True, params=["always", "never"], ids=["numba", "numpy"])
def _both_kernels(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run every test of this file with compiled and with plain code."""
    monkeypatch.setenv("WORKBENCH_NUMBA", request.param)


def brute(truth, scores, weights) -> Fraction:
    """Count all pairs."""
    total, won = Fraction(), Fraction()
    for t, s, w in zip(truth, scores, weights, strict=True):
        for t2, s2, w2 in zip(truth, scores, weights, strict=True):
            if t == 1 and t2 == 0:
                total += int(w) * int(w2)
                won += int(w) * int(w2) * (Fraction(int(s > s2)) + Fraction(int(s == s2), 2))
    return won / total


@pytest.mark.parametrize("seed", range(10))
def test_equal_to_counting_all_pairs(seed) -> None:
    rng = np.random.default_rng(seed)
    truth = np.append(rng.integers(0, 2, 38), [0, 1])
    scores = rng.integers(0, 6, 40) / 7
    weights = rng.integers(0, 4, 40) + 1
    assert AUROC(truth, scores, weights) == float(brute(truth, scores, weights))


def test_metrics_reloaded_case() -> None:
    assert AUROC([0, 0, 0, 1, 1, 1], [0.21, 0.35, 0.63, 0.92, 0.32, 0.79]) == 7 / 9


@given(st.lists(st.sampled_from([0.0, 1e-9, 0.1, 0.5, 0.5000001, 3.0]), min_size=6, max_size=40))
@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_bit_equal_under_maps_that_keep_all_distinctions(scores) -> None:
    values = np.array(scores)
    truth = np.arange(len(values)) % 2
    _, ranks = np.unique(values, return_inverse=True)
    assert AUROC(truth, values) == AUROC(truth, ranks.astype(float))
    assert AUROC(truth, values * 2.0**-60) == AUROC(truth, values)


def test_reversed_scores_give_the_complement(binary) -> None:
    scores = binary.probabilities[:, 1]
    assert AUROC(binary.truth, scores) + AUROC(binary.truth, -scores) == pytest.approx(1, abs=1e-15)


def test_columns_equal_single_calls_and_the_fallback(binary, monkeypatch) -> None:
    scores = binary.probabilities[:, 1]
    weights = np.random.default_rng(1).poisson(1.0, (len(scores), 700)).astype(np.uint8)
    found = AUROC(binary.truth, scores, weights)
    single = [AUROC(binary.truth, scores, weights[:, b]) for b in range(0, 700, 50)]
    assert found[::50].tolist() == single
    monkeypatch.setenv("WORKBENCH_NUMBA", "never")
    assert np.array_equal(AUROC(binary.truth, scores, weights), found)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int64, np.float64])
def test_every_type_of_whole_weights_gives_the_same(binary, dtype) -> None:
    scores = binary.probabilities[:, 1]
    weights = binary.counts.astype(dtype)[:, None]
    plain = pairs_won(binary.truth == 1, scores[:, None], binary.counts[:, None])
    assert pairs_won(binary.truth == 1, scores[:, None], weights).tolist() == plain.tolist()


def test_large_weights_do_not_overflow() -> None:
    truth, scores = np.array([0, 1] * 300), np.arange(600) % 7 / 7
    big = np.full((600, 1), 255, dtype=np.uint8)
    assert AUROC(truth, scores, big[:, 0]) == AUROC(truth, scores)
    huge = np.full(600, 1_000_000)
    assert AUROC(truth, scores, huge) == AUROC(truth, scores)


def test_many_models_at_once_equal_single_ones() -> None:
    rng = np.random.default_rng(3)
    positive = rng.integers(0, 2, 500) == 1
    scores = np.column_stack([rng.normal(size=500), rng.integers(0, 9, 500), np.zeros(500)])
    weights = rng.poisson(1.0, (500, 600)).astype(np.uint8)
    together = auroc_of_models(positive, scores, weights)
    assert (together[2] == 0.5).all()
    for model in range(3):
        assert np.array_equal(together[model], AUROC(positive, scores[:, model], weights))


def test_more_cases_than_sixteen_bits_can_count() -> None:
    rng = np.random.default_rng(4)
    positive, scores = rng.integers(0, 2, 70_000) == 1, rng.integers(0, 999, (70_000, 1)) / 7
    ones = np.ones((70_000, 2), dtype=np.uint8)
    expected = roc_auc_score(positive, scores[:, 0])
    assert auroc_of_models(positive, scores, ones)[0] == pytest.approx([expected] * 2, abs=1e-12)


def test_one_class_is_a_named_error_and_nan_on_a_subset() -> None:
    with pytest.raises(DataError, match="auroc is undefined here: a class has no case"):
        AUROC([1, 1], [0.1, 0.2])
    with pytest.warns(UndefinedMetricWarning, match="a class has no case"):
        assert np.isnan(AUROC([0, 1], [0.1, 0.2], [0, 1]))
    columns = AUROC([0, 1], [0.1, 0.2], np.array([[0, 1], [1, 1]]))
    assert np.isnan(columns[0])
    assert columns[1] == 1.0


def test_absent_class_leaves_the_macro_mean_undefined() -> None:
    values = np.full((4, 3), 1 / 3)
    with pytest.raises(DataError, match="undefined"):
        metrics.get("auroc", 3)([0, 0, 1, 1], values)


JOINED = [(m, a) for m in ("ovr", "ovo") for a in ("macro", "weighted")]


@pytest.mark.parametrize(("multi_class", "average"), JOINED)
def test_joined_classes_are_a_mean_over_pairs_of_cases(multi_class, average) -> None:
    rng = np.random.default_rng(5)
    truth, scores = np.append(rng.integers(0, 3, 30), [0, 1, 2]), rng.integers(0, 5, (33, 3))
    weights = rng.integers(1, 4, 33)
    areas, shares = [], []
    for own in range(3):
        rest = {0, 1, 2} - {own}
        for others in [rest] if multi_class == "ovr" else [{other} for other in rest]:
            rows = np.isin(truth, [own, *others])
            args = (truth[rows] == own, scores[rows, own], weights[rows])
            areas.append(float(brute(args[0].astype(int), *args[1:])))
            counted = truth == own if multi_class == "ovr" else rows
            shares.append(weights[counted].sum() if average == "weighted" else 1)
    metric = metrics.get("auroc", 3, multi_class=multi_class, average=average)
    expected = np.average(areas, weights=shares)
    assert metric(truth, scores, weights) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(("multi_class", "average"), JOINED)
def test_joined_classes_under_many_weights(make_sample, multi_class, average) -> None:
    sample = make_sample(6)
    metric = metrics.get("auroc", 4, multi_class=multi_class, average=average)
    weights = np.random.default_rng(7).poisson(1.0, (len(sample.truth), 30)).astype(np.uint8)
    together = metric(sample.truth, sample.probabilities, weights)
    for b in range(0, 30, 7):
        rows = np.repeat(np.arange(len(sample.truth)), weights[:, b])
        again = metric(sample.truth[rows], sample.probabilities[rows])
        assert together[b] == pytest.approx(again, abs=1e-14)
    gone = np.where(sample.truth == 2, 0, 1)
    with pytest.warns(UndefinedMetricWarning):
        assert np.isnan(metric(sample.truth, sample.probabilities, gone))


def test_two_classes_have_nothing_to_join(binary) -> None:
    scores = binary.probabilities[:, 1]
    for multi_class, average in JOINED:
        metric = metrics.get("auroc", multi_class=multi_class, average=average)
        assert metric(binary.truth, scores, binary.weights) == AUROC(
            binary.truth, scores, binary.weights
        )
        assert metric.label == "auroc"


def test_terms_of_one_against_one_have_the_area_as_their_mean(make_sample) -> None:
    sample = make_sample(8)
    metric = metrics.get("auroc", 4, multi_class="ovo")
    terms = metric.contributions(sample.truth, [sample.probabilities])
    value = metric(sample.truth, sample.probabilities)
    assert terms.mean() == pytest.approx(value, abs=1e-12)
    assert metrics.get("auroc", 4, average="weighted").contributions(sample.truth, []) is None


def test_labels_of_joined_classes_and_unknown_ways() -> None:
    assert metrics.get("auroc", 3).label == "auroc"
    assert metrics.get("auroc", 3, average="weighted").label == "auroc-weighted"
    both = metrics.get("auroc", 3, multi_class="ovo", average="weighted")
    assert both.label == "auroc-ovo-weighted"
    assert both.convention.startswith("each class against each other one, mean weighted")
    for params in ({"multi_class": "ovx"}, {"average": "micro"}):
        with pytest.raises(UsageError, match="of auroc is"):
            metrics.get("auroc", 3, **params)
