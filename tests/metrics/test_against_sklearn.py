"""Every metric scikit-learn has: equal to 1e-12, weighted and unweighted, tied and untied."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics as sk

from workbench import metrics

LABEL_CASES: list[tuple[str, dict[str, Any], Any, dict[str, Any]]] = [
    ("accuracy", {}, sk.accuracy_score, {}),
    ("balanced-accuracy", {}, sk.balanced_accuracy_score, {}),
    ("sensitivity", {"of": "2"}, sk.recall_score, {"labels": [2], "average": "macro"}),
    ("ppv", {"of": "1"}, sk.precision_score, {"labels": [1], "average": "macro"}),
    ("f-beta", {"of": "1"}, sk.f1_score, {"labels": [1], "average": "macro"}),
    (
        "f-beta",
        {"of": "3", "beta": 2.0},
        sk.fbeta_score,
        {"labels": [3], "average": "macro", "beta": 2.0},
    ),
    ("mcc", {}, sk.matthews_corrcoef, {}),
    ("kappa", {"scheme": "none"}, sk.cohen_kappa_score, {}),
    ("kappa", {"scheme": "linear"}, sk.cohen_kappa_score, {"weights": "linear"}),
    ("quadratic-kappa", {}, sk.cohen_kappa_score, {"weights": "quadratic"}),
]


@pytest.mark.parametrize(("name", "params", "oracle", "options"), LABEL_CASES)
@pytest.mark.parametrize("kind", [None, "counts", "weights"])
def test_decision_metrics(sample, name, params, oracle, options, kind) -> None:
    weights = None if kind is None else getattr(sample, kind)
    metric = metrics.get(name, 4, **params)
    expected = oracle(sample.truth, sample.labels, sample_weight=weights, **options)
    assert metric(sample.truth, sample.labels, weights) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kind", [None, "counts", "weights"])
def test_log_loss(sample, kind) -> None:
    weights = None if kind is None else getattr(sample, kind)
    rows = sample.probabilities / sample.probabilities.sum(axis=1, keepdims=True)
    expected = sk.log_loss(sample.truth, rows, sample_weight=weights, labels=range(4))
    value = metrics.get("log-loss", 4)(sample.truth, rows, weights)
    assert value == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("kind", [None, "counts", "weights"])
@pytest.mark.parametrize(("form", "half"), [("sum", False), ("half", True)])
def test_brier(sample, kind, form, half) -> None:
    weights = None if kind is None else getattr(sample, kind)
    expected = sk.brier_score_loss(
        sample.truth,
        sample.probabilities,
        sample_weight=weights,
        labels=range(4),
        scale_by_half=half,
    )
    value = metrics.get("brier", 4, form=form)(sample.truth, sample.probabilities, weights)
    assert value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kind", [None, "counts", "weights"])
def test_binary_auroc(binary, kind) -> None:
    weights = None if kind is None else getattr(binary, kind)
    scores = binary.probabilities[:, 1]
    expected = sk.roc_auc_score(binary.truth, scores, sample_weight=weights)
    assert metrics.get("auroc")(binary.truth, scores, weights) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kind", [None, "counts", "weights"])
def test_multi_class_auroc(sample, kind) -> None:
    weights = None if kind is None else getattr(sample, kind)
    one_class = [
        sk.roc_auc_score(sample.truth == i, sample.probabilities[:, i], sample_weight=weights)
        for i in range(4)
    ]
    value = metrics.get("auroc", 4)(sample.truth, sample.probabilities, weights)
    assert value == pytest.approx(np.mean(one_class), abs=1e-12)


def normalised(sample) -> np.ndarray:
    return sample.probabilities / sample.probabilities.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("average", ["macro", "weighted"])
@pytest.mark.parametrize("kind", [None, "counts", "weights"])
def test_one_against_the_rest(sample, average, kind) -> None:
    weights = None if kind is None else getattr(sample, kind)
    rows = normalised(sample)
    expected = sk.roc_auc_score(
        sample.truth, rows, multi_class="ovr", average=average, sample_weight=weights
    )
    value = metrics.get("auroc", 4, average=average)(sample.truth, rows, weights)
    assert value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("average", ["macro", "weighted"])
def test_one_against_one(sample, average) -> None:
    """scikit-learn takes no weights here: whole ones are rows written again."""
    metric = metrics.get("auroc", 4, multi_class="ovo", average=average)
    rows = normalised(sample)
    again = np.repeat(np.arange(len(rows)), sample.counts)
    for weights, chosen in ((None, np.arange(len(rows))), (sample.counts, again)):
        expected = sk.roc_auc_score(
            sample.truth[chosen], rows[chosen], multi_class="ovo", average=average
        )
        assert metric(sample.truth, rows, weights) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("k", [1, 2, 3])
def test_top_k(k) -> None:
    rng = np.random.default_rng(5)
    truth, scores = rng.integers(0, 4, 200), rng.dirichlet(np.ones(4), 200)
    expected = sk.top_k_accuracy_score(truth, scores, k=k, labels=range(4))
    assert metrics.get("top-k", 4, k=k)(truth, scores) == pytest.approx(expected, abs=1e-12)


def test_specificity_and_npv(binary) -> None:
    flipped_truth, flipped = 1 - binary.truth, 1 - binary.labels
    specificity = metrics.get("specificity")(binary.truth, binary.labels)
    npv = metrics.get("npv")(binary.truth, binary.labels)
    assert specificity == pytest.approx(sk.recall_score(flipped_truth, flipped), abs=1e-12)
    assert npv == pytest.approx(sk.precision_score(flipped_truth, flipped), abs=1e-12)
