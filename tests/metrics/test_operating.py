"""Metrics of curves: scikit-learn, R pROC and hand-counted cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk

from workbench import metrics
from workbench.errors import UsageError
from workbench.metrics import curves

ORACLES = Path(__file__).resolve().parents[1] / "oracles"


@pytest.mark.parametrize("kind", [None, "counts", "weights"])
def test_average_precision_is_sklearns(binary, kind) -> None:
    weights = None if kind is None else getattr(binary, kind)
    scores = binary.probabilities[:, 1]
    expected = sk.average_precision_score(binary.truth, scores, sample_weight=weights)
    value = metrics.get("average-precision")(binary.truth, scores, weights)
    assert value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("kind", [None, "counts", "weights"])
@pytest.mark.parametrize("width", [0.1, 0.37])
def test_partial_area_is_sklearns_max_fpr(binary, kind, width) -> None:
    weights = None if kind is None else getattr(binary, kind)
    scores = binary.probabilities[:, 1]
    expected = sk.roc_auc_score(binary.truth, scores, sample_weight=weights, max_fpr=width)
    metric = metrics.get("partial-auroc", band=(1 - width, 1.0))
    assert metric(binary.truth, scores, weights) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("focus", ["specificity", "sensitivity"])
@pytest.mark.parametrize("corrected", [False, True])
def test_partial_area_is_procs(focus, corrected) -> None:
    frozen = json.loads((ORACLES / "roc.json").read_text())
    data = pd.read_csv(ORACLES / "roc.csv")
    metric = metrics.get("partial-auroc", focus=focus, band=[0.8, 1.0], corrected=corrected)
    expected = frozen[f"partial_{focus}" + ("_corrected" if corrected else "")]
    found = [metric(data["truth"], data[name]) for name in ("fine", "tied", "coarse")]
    assert found == pytest.approx(expected, abs=1e-12)


def test_whole_band_is_the_whole_area(binary) -> None:
    scores = binary.probabilities[:, 1]
    whole = metrics.get("auroc")(binary.truth, scores)
    for focus in ("specificity", "sensitivity"):
        metric = metrics.get("partial-auroc", focus=focus, band=(0, 1), corrected=False)
        assert metric(binary.truth, scores) == pytest.approx(whole, abs=1e-12)


def test_sensitivity_at_specificity_by_trying_every_threshold(binary) -> None:
    scores, truth = binary.probabilities[:, 1], binary.truth
    best = {"sensitivity": 0.0, "specificity": 0.0}
    for threshold in [*np.unique(scores), np.inf]:
        called = scores >= threshold
        sensitivity = called[truth == 1].mean()
        specificity = (~called[truth == 0]).mean()
        if specificity >= 0.8 - 1e-9:
            best["sensitivity"] = max(best["sensitivity"], sensitivity)
        if sensitivity >= 0.8 - 1e-9:
            best["specificity"] = max(best["specificity"], specificity)
    at_specificity = metrics.get("sensitivity-at-specificity", at=0.8)(truth, scores)
    at_sensitivity = metrics.get("specificity-at-sensitivity", at=0.8)(truth, scores)
    assert at_specificity == pytest.approx(best["sensitivity"], abs=1e-12)
    assert at_sensitivity == pytest.approx(best["specificity"], abs=1e-12)


def test_a_threshold_exactly_at_the_bound_counts() -> None:
    truth = np.array([0] * 10 + [1] * 2)
    scores = np.array([0.0] * 9 + [0.6] + [0.5, 0.9])
    assert metrics.get("sensitivity-at-specificity", at=0.9)(truth, scores) == 1.0
    assert metrics.get("sensitivity-at-specificity", at=0.91)(truth, scores) == 0.5


def test_probabilistic_f1_by_hand() -> None:
    truth, given = np.array([1, 0, 1]), np.array([0.8, 0.3, 0.1])
    precision, recall = 0.9 / 1.2, 0.9 / 2
    expected = 2 * precision * recall / (precision + recall)
    assert metrics.get("pf1")(truth, given) == pytest.approx(expected, abs=1e-15)


def test_probabilistic_f1_of_sure_answers_is_f1(binary) -> None:
    sure = binary.labels.astype(float)
    expected = metrics.get("f-beta")(binary.truth, binary.labels)
    assert metrics.get("pf1")(binary.truth, sure) == pytest.approx(expected, abs=1e-15)


def test_blocks_of_columns_join_up(binary, monkeypatch) -> None:
    scores = binary.probabilities[:, 1]
    weights = np.random.default_rng(0).poisson(1.0, (len(scores), 30))
    metric = metrics.get("average-precision")
    monkeypatch.setattr(curves, "_BLOCK_SIZE", 7 * len(scores))
    single = [metric(binary.truth, scores, weights[:, b]) for b in range(weights.shape[1])]
    assert metric(binary.truth, scores, weights).tolist() == single


@pytest.mark.parametrize(
    "params", [{"band": (0.9, 0.8)}, {"band": (0.5, 1.5)}, {"focus": "spec"}, {"band": (1, 1)}]
)
def test_bands_without_meaning_are_refused(params) -> None:
    with pytest.raises(UsageError):
        metrics.get("partial-auroc", **params)


@pytest.mark.parametrize("name", ["sensitivity-at-specificity", "specificity-at-sensitivity"])
def test_places_that_are_no_share_are_refused(name) -> None:
    with pytest.raises(UsageError, match=f"at of {name} lies within 0 to 1, got 90"):
        metrics.get(name, at=90)
