"""Metrics of real values: scikit-learn, hand-counted intervals, floors, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk

from workbench import metrics
from workbench.errors import DataError, UsageError

RNG = np.random.default_rng(0)
TRUTH = np.round(RNG.normal(60, 12, 150), 1)
GIVEN = TRUTH + np.round(RNG.normal(1, 6, 150), 1)
WEIGHTS = {
    "none": None,
    "counts": RNG.integers(0, 4, 150),
    "real": RNG.uniform(0.1, 3.0, 150),
}


@pytest.mark.parametrize("kind", list(WEIGHTS))
@pytest.mark.parametrize(
    ("name", "oracle"),
    [
        ("mae", sk.mean_absolute_error),
        ("rmse", sk.root_mean_squared_error),
        ("r2", sk.r2_score),
    ],
)
def test_equal_to_sklearn(name, oracle, kind) -> None:
    weights = WEIGHTS[kind]
    expected = oracle(TRUTH, GIVEN, sample_weight=weights)
    assert metrics.get(name)(TRUTH, GIVEN, weights) == pytest.approx(expected, rel=1e-12)


def test_large_offset_does_not_cost_digits() -> None:
    expected = metrics.get("r2")(TRUTH, GIVEN)
    shifted = metrics.get("r2")(TRUTH + 1e6, GIVEN + 1e6)
    assert shifted == pytest.approx(expected, abs=1e-8)


def test_interval_score_and_coverage_by_hand() -> None:
    ends = np.array([[0.0, 2.0], [0.0, 2.0], [1.0, 3.0], [1.0, 1.0]])
    truth = np.array([1.0, 3.0, 0.5, 1.0])
    # Widths 2, 2, 2, 0; outside by 1 and 0.5, each times 2 / 0.2.
    assert metrics.get("interval-score", level=0.8)(truth, ends) == pytest.approx((6 + 15) / 4)
    assert metrics.get("coverage")(truth, ends) == 0.5


def test_floor_is_the_better_of_mean_and_median() -> None:
    skewed = np.array([0.0, 0.0, 0.0, 10.0])
    assert metrics.best_constant(metrics.get("mae"), skewed)[:2] == ("median", 2.5)
    assert metrics.best_constant(metrics.get("rmse"), skewed).answer == "mean"
    assert metrics.best_constant(metrics.get("r2"), skewed).value == 0.0


def test_intervals_over_patients() -> None:
    units = np.arange(150) // 5
    interval = metrics.UnitBootstrap(TRUTH, units, 300, 1).interval(metrics.get("mae"), GIVEN)
    assert interval.low < metrics.get("mae")(TRUTH, GIVEN) < interval.high


def test_coverage_by_horizon() -> None:
    ends = np.column_stack([TRUTH - 1, TRUTH + 1])
    ends[:50] += 5
    table = metrics.by_group(metrics.get("coverage"), TRUTH, ends, np.arange(150) // 50)
    assert table["value"].tolist() == [0.0, 1.0, 1.0]
    assert table["n"].tolist() == [50, 50, 50]


@pytest.mark.parametrize(
    ("name", "truth", "given", "message"),
    [
        ("mae", [1.0, np.nan], [1.0, 2.0], "row 1: truth holds NaN"),
        ("mae", [1.0, 2.0], [1.0, np.inf], "row 1: prediction holds NaN"),
        ("mae", [1.0, 2.0], [1.0], "prediction has 1 rows, truth has 2"),
        ("mae", [], [], "one number a case"),
        ("mae", [1.0], [[1.0, 2.0]], "one number a case"),
        ("r2", [1.0, 1.0], [1.0, 2.0], "the truth does not vary"),
        ("coverage", [1.0], [[2.0, 1.0]], "row 0: the lower end is above"),
        ("coverage", [1.0], [1.0], "a lower and an upper end"),
    ],
)
def test_bad_input_is_named(name, truth, given, message) -> None:
    with pytest.raises(DataError, match=message):
        metrics.get(name)(truth, given)


def test_level_without_tails_is_refused() -> None:
    with pytest.raises(UsageError, match="level"):
        metrics.get("interval-score", level=1.0)
