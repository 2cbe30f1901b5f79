"""How small a difference a test set can show, before anybody submits."""

from __future__ import annotations

import math

from scipy.special import ndtri

from workbench.errors import UsageError
from workbench.metrics.choices import check_level, check_positive, check_whole


def smallest_difference(
    standard_error: float, *, level: float = 0.95, power: float = 0.8, comparisons: int = 1
) -> float:
    """Return the true difference that a two-sided test finds with the stated power.

    Args:
        standard_error: Standard error of the paired difference between two models on this test
            set, such as the standard deviation of its bootstrap values.
        level: Confidence level of one comparison.
        power: Chance of finding a difference of that size.
        comparisons: How many comparisons share the error (Bonferroni).

    Raises:
        UsageError: A value outside its range.

    >>> round(smallest_difference(0.005), 4)
    0.014
    """
    check_positive("standard_error", standard_error)
    check_whole("comparisons", comparisons, 1)
    check_level(level)
    check_level(power)
    if not (0.5 < level < 1.0 and 0.5 <= power < 1.0):
        raise UsageError(f"level and power lie between 0.5 and 1, got {level} and {power}")
    quantile = float(ndtri(1 - (1 - level) / (2 * comparisons)))
    return (quantile + float(ndtri(power))) * standard_error


def units_needed(
    standard_error: float,
    n_units: int,
    difference: float,
    *,
    level: float = 0.95,
    power: float = 0.8,
    comparisons: int = 1,
) -> int:
    """Return how many units show a difference, from the standard error seen with ``n_units``.

    The standard error shrinks with the root of the number of units (patients, not slides).

    Raises:
        UsageError: A value outside its range.

    >>> units_needed(0.02, 100, 0.02)
    785
    """
    check_whole("n_units", n_units, 1)
    check_positive("difference", difference)
    now = smallest_difference(standard_error, level=level, power=power, comparisons=comparisons)
    ratio = now / difference
    if ratio > 1e9:
        raise UsageError(f"a difference of {difference:g} is too small for any set of units")
    return math.ceil(n_units * ratio**2)
