"""Published values: MetricsReloaded (Pitfalls paper), and what RAMP does with bad rows."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk

from workbench import metrics
from workbench.errors import DataError


def table(hits: int, missed: int, false: int, rest: int) -> tuple[np.ndarray, np.ndarray]:
    """Return truth and decisions of a two-by-two table."""
    truth = np.repeat([1, 1, 0, 0], [hits, missed, false, rest])
    return truth, np.repeat([1, 0, 1, 0], [hits, missed, false, rest])


# MetricsReloaded test_pairwise_measures.py: figures SN 2.9, 2.11, 17, 27 and 38 of Pitfalls.
@pytest.mark.parametrize(
    ("name", "cells", "expected", "within"),
    [
        ("ppv", (45, 5, 10, 40), 0.82, 0.01),
        ("npv", (45, 5, 10, 40), 0.889, 0.001),
        ("sensitivity", (45, 5, 10, 40), 0.9, 1e-12),
        ("specificity", (45, 5, 10, 40), 0.8, 1e-12),
        ("ppv", (81, 9, 2, 8), 0.98, 0.01),
        ("sensitivity", (40, 30, 1, 0), 0.57, 0.01),
        ("accuracy", (30, 0, 75, 0), 0.286, 0.001),
        ("accuracy", (20, 15, 60, 10), 0.286, 0.001),
        ("mcc", (1499, 500, 0, 1), 0.0386, 0.001),
        ("kappa", (1499, 500, 0, 1), 0.003, 0.001),
        ("quadratic-kappa", (1499, 500, 0, 1), 0.003, 0.001),
        ("balanced-accuracy", (1499, 500, 0, 1), 0.87, 0.01),
    ],
)
def test_two_by_two_tables(name, cells, expected, within) -> None:
    assert metrics.get(name)(*table(*cells)) == pytest.approx(expected, abs=within)


# The same file's 52 cases of four ordered classes: rows called, columns true.
ORDINAL = np.array([[6, 3, 1, 1], [0, 9, 0, 2], [1, 1, 10, 1], [2, 1, 2, 12]])


def test_four_ordered_classes() -> None:
    called, truth = (np.repeat(axis.ravel(), ORDINAL.ravel()) for axis in np.indices((4, 4)))
    assert metrics.get("balanced-accuracy", 4)(truth, called) == pytest.approx(0.7071, abs=0.001)
    for scheme in ("linear", "quadratic"):
        expected = sk.cohen_kappa_score(truth, called, weights=scheme)
        value = metrics.get("kappa", 4, scheme=scheme)(truth, called)
        assert value == pytest.approx(expected, abs=1e-12)


def test_normalised_expected_cost_from_the_cost_score() -> None:
    """MetricsReloaded divides the cost by that of the best constant answer: 0.30 and 0.25 there."""
    swap = [[0.0, 1.0], [1.0, 0.0]]
    truth, called = table(81, 9, 2, 8)
    weighted = metrics.get("cost-score", 2, cost=[[0.0, 9.0], [1.0, 0.0]])
    floor = metrics.best_constant(weighted, truth)
    assert (1 - weighted(truth, called)) / (1 - floor.value) == pytest.approx(0.30, abs=0.01)
    plain = metrics.get("cost-score", 2, cost=swap)
    assert plain(truth, called) == metrics.get("accuracy")(truth, called)


# MetricsReloaded test_calibration_metrics.py: four cases, three classes.
TRUTH = [1, 0, 2, 1]
GIVEN = np.array([[0.1, 0.8, 0, 0.1], [0.6, 0.1, 0, 0.7], [0.3, 0.1, 1, 0.2]]).T
SURE = np.array([[0.1, 0.8, 0.05, 0.1], [0.6, 0.1, 0, 0.7], [0.3, 0.1, 0.95, 0.2]]).T


def test_class_wise_calibration_error_is_the_mean_over_classes() -> None:
    errors = [metrics.get("ece", 3, of=str(i), bins=2)(TRUTH, GIVEN) for i in range(3)]
    assert np.mean(errors) == pytest.approx(0.150, abs=1e-12)


def test_log_loss_is_the_mean_not_the_sum() -> None:
    total = -(np.log(0.8) + np.log(0.6) + np.log(0.7) + np.log(0.95))
    assert metrics.get("log-loss", 3)(TRUTH, SURE) == pytest.approx(total / 4, abs=1e-12)


def test_brier_names_its_form() -> None:
    rows, truth = [[0.2, 0.8], [0.4, 0.6]], [1, 0]
    assert metrics.get("brier")(truth, rows) == pytest.approx(0.4, abs=1e-12)
    assert metrics.get("brier", form="half")(truth, rows) == pytest.approx(0.2, abs=1e-12)
    assert metrics.get("log-loss")(truth, rows) == pytest.approx(0.57, abs=0.01)


def test_average_precision_is_steps_not_trapezoids() -> None:
    truth, scores = [0, 0, 0, 1, 1, 1], [0.21, 0.35, 0.63, 0.92, 0.32, 0.79]
    value = metrics.get("average-precision")(truth, scores)
    assert value == pytest.approx(1 / 3 + 1 / 3 + 0.6 / 3, abs=1e-12)


# RAMP's SoftAccuracy (rampwf/score_types/tests/test_soft_accuracy.py), score matrix 2.
SCORE = np.array([[1, 0.5, 0], [0.3, 1, 0.3], [0, 0.5, 1]])


@pytest.mark.parametrize(
    ("true", "called", "expected"), [(0, 0, 1.0), (0, 1, 0.5), (1, 0, 0.3), (1, 1, 1.0)]
)
def test_soft_accuracy_of_sure_answers_is_the_cost_score(true, called, expected) -> None:
    cost = np.round(1 - SCORE, 12).tolist()
    assert metrics.get("cost-score", 3, cost=cost)([true], [called]) == expected


@pytest.mark.parametrize("row", [[-1, 0.1, -2], [0.5, -1, 3]])
def test_rows_that_ramp_clips_are_refused(row) -> None:
    """RAMP clips to 0, renormalises and gives an all-zero row a score of 0; here it is an error.

    Rows that only do not sum to 1 are refused earlier, by the submission check (sum-not-one).
    """
    with pytest.raises(DataError, match="row 0: prediction must lie between 0 and 1"):
        metrics.get("brier", 3)([0], [row])
    with pytest.raises(DataError, match="row 0: prediction must lie between 0 and 1"):
        metrics.decide([row], 1 - SCORE)
