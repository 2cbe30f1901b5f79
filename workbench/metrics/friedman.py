"""Friedman's test of several models over several data sets, and Nemenyi's critical difference.

Source: Demsar 2006, J Mach Learn Res 7:1, section 3.2.2. Packages differ in two choices, both named
here: whether the statistic is corrected for ties (``scipy.stats.friedmanchisquare`` and R
``friedman.test`` correct, Demsar does not), and chi-square or Iman and Davenport's F.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, fdtrc

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_choice, check_level, check_whole

Ties = Literal["corrected", "plain"]


@dataclass(frozen=True)
class Friedman:
    """Friedman's test in both of its forms.

    Attributes:
        mean_ranks: Mean rank of each model over the sets, 1 is best, shape ``(k,)``.
        chi_square: Friedman's statistic.
        p_value: Its p value, chi-square with k - 1 degrees of freedom.
        f: Iman and Davenport's statistic; infinity where every set orders the models alike.
        f_p_value: Its p value, F with k - 1 and (k - 1)(n - 1) degrees of freedom.
        n_sets: Number of data sets n.
        ties: Whether ties were corrected for.
    """

    mean_ranks: NDArray[np.float64]
    chi_square: float
    p_value: float
    f: float
    f_p_value: float
    n_sets: int
    ties: Ties


def friedman(
    values: ArrayLike, *, better: Literal["high", "low"] = "high", ties: Ties = "corrected"
) -> Friedman:
    """Test whether several models rank alike over several data sets.

    Args:
        values: One row a data set, one column a model, shape ``(n, k)``.
        better: Whether high values are good or low ones.
        ties: ``corrected`` divides by what ties take from the variance of the ranks; ``plain`` does
            not. Equal values share the mean of their ranks in both.

    Returns:
        Both forms of the test; p = 1 where all values of every set are equal.

    Raises:
        DataError: Fewer than two sets or models, or values that are not finite.
        UsageError: An unknown choice.

    >>> friedman([[3, 2, 1], [3, 1, 2], [3, 2, 1]]).mean_ranks.round(3).tolist()
    [1.0, 2.333, 2.667]
    """
    table = inputs.values(values, "values")
    if table.ndim != 2 or min(table.shape) < 2:
        raise DataError(f"Friedman's test needs two sets and two models, got shape {table.shape}")
    check_choice("friedman", "better", better, ("high", "low"))
    check_choice("friedman", "ties", ties, ("corrected", "plain"))
    signed = -table if better == "high" else table
    ahead = (signed[:, None, :] < signed[:, :, None]).sum(axis=2)
    equal = (signed[:, None, :] == signed[:, :, None]).sum(axis=2)
    mean_ranks = (1 + ahead + (equal - 1) / 2).mean(axis=0)
    n_sets, k = table.shape
    chi_square = friedman_statistic(mean_ranks, n_sets)
    if ties == "corrected":
        # A run of t equal values adds t^3 - t; each of its t members carries t^2 - 1.
        left = 1 - float((equal**2 - 1).sum()) / (n_sets * k * (k**2 - 1))
        chi_square = chi_square / left if left > 0 else 0.0
    f = iman_davenport(chi_square, n_sets, k)
    return Friedman(
        mean_ranks,
        chi_square,
        float(chdtrc(k - 1, chi_square)),
        f,
        float(fdtrc(k - 1, (k - 1) * (n_sets - 1), f)) if np.isfinite(f) else 0.0,
        n_sets,
        ties,
    )


def friedman_statistic(mean_ranks: ArrayLike, n_sets: int) -> float:
    """Return Friedman's chi-square from mean ranks, without correction for ties.

    >>> round(friedman_statistic([3.143, 2.000, 2.893, 1.964], 14), 2)  # Demsar 2006, page 15
    9.28
    """
    ranks = numbers(mean_ranks, "mean ranks")
    if ranks.ndim != 1 or len(ranks) < 2:
        raise DataError(f"mean ranks must be those of two models or more, got shape {ranks.shape}")
    check_whole("n_sets", n_sets, 1)
    k = len(ranks)
    # Centred: the difference of two nearly equal sums would lose its digits.
    return float(12 * n_sets / (k * (k + 1)) * ((ranks - (k + 1) / 2) ** 2).sum())


def iman_davenport(chi_square: float, n_sets: int, n_models: int) -> float:
    """Return Iman and Davenport's F from Friedman's chi-square; infinity for a perfect order.

    >>> round(iman_davenport(9.28, 14, 4), 2)  # Demsar 2006, page 15
    3.69
    """
    left = n_sets * (n_models - 1) - chi_square
    return (n_sets - 1) * chi_square / left if left > 1e-9 else float("inf")


def critical_difference(n_models: int, n_sets: int, level: float = 0.95) -> float:
    """Return how far two mean ranks must differ by Nemenyi's test of all pairs.

    Args:
        n_models: Number of models k, at least 2.
        n_sets: Number of data sets.
        level: One minus the family-wise error.

    Raises:
        UsageError: A number out of range.

    >>> round(critical_difference(4, 14), 2)  # Demsar 2006, page 16
    1.25
    """
    check_level(level)
    check_whole("n_models", n_models, 2)
    check_whole("n_sets", n_sets, 1)
    from scipy.stats import studentized_range

    quantile = float(studentized_range.ppf(level, n_models, np.inf)) / np.sqrt(2)
    return float(quantile * np.sqrt(n_models * (n_models + 1) / (6 * n_sets)))
