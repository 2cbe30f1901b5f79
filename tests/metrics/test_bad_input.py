"""What a metric refuses, with the place of the fault."""

from __future__ import annotations

import numpy as np
import pytest

from workbench import metrics
from workbench.errors import DataError

ACCURACY = metrics.get("accuracy", 3)
BRIER = metrics.get("brier", 3)
ROWS = np.full((2, 3), 1 / 3)


@pytest.mark.parametrize(
    ("truth", "prediction", "weights", "message"),
    [
        ([0, 1], [0], None, "prediction has 1 rows, truth has 2"),
        ([], [], None, "truth must be one class number a case"),
        ([0, 3], [0, 1], None, r"row 1: truth must lie in 0..2, got 3"),
        ([0, -1], [0, 1], None, r"row 1: truth must lie in 0..2, got -1"),
        ([0, 1], [0, 0.5], None, "whole class numbers, got 0.5"),
        ([0, float("nan")], [0, 1], None, "row 1: truth holds NaN"),
        (["a", "b"], [0, 1], None, "truth must be numbers"),
        ([0, 1], [0, 1], [1], r"weights must have shape \(2,\)"),
        ([0, 1], [0, 1], [1, -1], "row 1: weights must not be negative"),
        ([0, 1], [0, 1], [1, float("inf")], "row 1: weights holds NaN or infinity"),
        ([0, 1], [0, 1], [0, 0], "weights are all zero"),
        ([0, 1], [0, 1], np.ones((2, 2, 2)), "weights must have shape"),
    ],
)
def test_named_errors_of_labels_and_weights(truth, prediction, weights, message) -> None:
    with pytest.raises(DataError, match=message):
        ACCURACY(truth, prediction, weights)


@pytest.mark.parametrize(
    ("prediction", "message"),
    [
        (np.full((3, 3), 1 / 3), "prediction has 3 rows, truth has 2"),
        (np.full((2, 2), 0.5), "one probability for each of 3 classes"),
        (ROWS * [[1, np.nan, 1]], "row 0, column 1: prediction holds NaN or infinity"),
        (ROWS * [[1, np.inf, 1]], "prediction holds NaN or infinity"),
        (ROWS - 1, "row 0: prediction must lie between 0 and 1"),
        (0.5, "prediction has 0 rows"),
    ],
)
def test_named_errors_of_probabilities(prediction, message) -> None:
    with pytest.raises(DataError, match=message):
        BRIER([0, 1], prediction)
