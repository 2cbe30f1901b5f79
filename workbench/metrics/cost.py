"""Scores by a cost matrix, and the decision with the smallest expected cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError
from workbench.metrics import inputs
from workbench.metrics.arrays import numbers
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.catalogue import register

# Rows true, columns called: benign, low grade, high grade, invasive.
# Source: drivendataorg/tissuenet-cervical-biopsies, 3rd Place/src/metric.py.
TISSUENET_COST = (
    (0.0, 0.1, 0.7, 1.0),
    (0.1, 0.0, 0.3, 0.7),
    (0.7, 0.3, 0.0, 0.3),
    (1.0, 0.7, 0.3, 0.0),
)


@register
@dataclass(frozen=True)
class CostScore(CaseMetric):
    """Mean of ``1 - cost[true][called]``, in whole numbers: exact to the last bit.

    >>> score = CostScore(("benign", "low", "high", "invasive"), TISSUENET_COST)
    >>> score([0, 1, 2, 3], [1, 1, 1, 1])
    0.725
    """

    classes: tuple[str, ...]
    cost: Sequence[Sequence[float]]

    name = "cost-score"
    title = "mean of 1 - cost of each answer"
    source = "TissueNet challenge 2020: drivendataorg/tissuenet-cervical-biopsies, metric.py"

    def __post_init__(self) -> None:
        """Check the matrix: square, finite, not negative."""
        object.__setattr__(self, "cost", checked_cost(self.cost, len(self.classes)))

    @property
    def range(self) -> tuple[float, float]:
        """From 1 - largest cost to 1 - smallest cost."""
        flat = [value for row in self.cost for value in row]
        return (float(1 - Decimal(repr(max(flat)))), float(1 - Decimal(repr(min(flat)))))

    @property
    def denominator(self) -> int:
        """The power of ten that makes every cost a whole number."""
        decimals = [Decimal(repr(value)).normalize() for row in self.cost for value in row]
        places = max(max(0, -int(value.as_tuple().exponent)) for value in decimals)
        return int(10**places)

    def cases(self, truth: NDArray[np.int64], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return ``denominator * (1 - cost)`` of each case, whole numbers."""
        scale = self.denominator
        gains = [[scale - int(Decimal(repr(value)) * scale) for value in row] for row in self.cost]
        return np.asarray(np.array(gains, dtype=np.int64)[truth, prediction])


def checked_cost(cost: Any, n_classes: int) -> tuple[tuple[float, ...], ...]:
    """Return the cost matrix as nested tuples of floats.

    Args:
        cost: Rows true, columns called.
        n_classes: Number of classes.

    Raises:
        UsageError: Not a square matrix of finite numbers that are not negative.
    """
    try:
        matrix = np.array(cost, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise UsageError(f"cost must be a {n_classes} x {n_classes} table of numbers") from error
    if matrix.shape != (n_classes, n_classes):
        raise UsageError(f"cost must be {n_classes} x {n_classes}, got shape {matrix.shape}")
    if not np.isfinite(matrix).all() or matrix.min() < 0:
        raise UsageError("cost must hold finite numbers that are not negative")
    return tuple(tuple(float(value) for value in row) for row in matrix)


def decide(probabilities: ArrayLike, cost: ArrayLike) -> NDArray[np.int64]:
    """Return the class with the smallest expected cost for each case.

    Equal expected costs (to one part in 2**40) go to the first class, whatever the last bits say.

    Args:
        probabilities: Shape ``(n, K)``, rows summing to about one.
        cost: Shape ``(K, K)``: rows true, columns called.

    Returns:
        Class numbers, shape ``(n,)``.

    Raises:
        DataError: The probabilities are not valid.
        UsageError: The cost matrix is not valid.

    >>> decide([[0.5, 0.0, 0.0, 0.5]], TISSUENET_COST).tolist()
    [1]
    """
    n_classes = len(np.atleast_1d(numbers(cost, "cost")))
    matrix = np.array(checked_cost(cost, n_classes))
    rows = np.atleast_1d(numbers(probabilities, "probabilities"))
    values = inputs.probabilities(rows, n_classes, len(rows))
    # An explicit sum in a fixed order: a matrix product may round differently per machine.
    expected = np.zeros_like(values)
    for true in range(n_classes):
        expected += values[:, [true]] * matrix[true]
    coarse = np.rint(expected / max(float(matrix.max()), 1e-300) * 2.0**40)
    return np.asarray(coarse.argmin(axis=1), dtype=np.int64)


def most_likely(probabilities: ArrayLike) -> NDArray[np.int64]:
    """Return the most probable class for each case; ties go to the first class.

    >>> most_likely([[0.2, 0.4, 0.4]]).tolist()
    [1]
    """
    values = np.atleast_1d(numbers(probabilities, "probabilities"))
    checked = inputs.probabilities(values, values.shape[-1], len(values))
    return np.asarray(checked.argmax(axis=1), dtype=np.int64)
