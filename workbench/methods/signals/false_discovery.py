"""How many of the pairs called signals may be false, by two named rules."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.arrays import numbers
from workbench.metrics.multiplicity import benjamini_hochberg

BAYES_RULE = (
    "Bayesian false discovery rate: mean posterior probability of the null hypothesis over all "
    "pairs ranked at least as high (Muller 2004; Ahmed 2009)"
)
P_VALUE_RULE = "false discovery rate of one-sided p values (Benjamini and Hochberg 1995)"


def bayesian_fdr(null_probability: ArrayLike) -> NDArray[np.float64]:
    """Return the false discovery rate of the list that ends with each pair, ties all in it.

    Pairs are ranked by the posterior probability that their ratio is at most 1.

    Args:
        null_probability: Within 0 to 1, ``(m,)``.

    Raises:
        DataError: Not probabilities.

    >>> bayesian_fdr([0.1, 0.0, 0.5]).round(3).tolist()
    [0.05, 0.0, 0.2]
    """
    chance = numbers(null_probability, "null_probability")
    if chance.ndim != 1 or not ((chance >= 0) & (chance <= 1)).all():
        raise DataError("null_probability holds numbers between 0 and 1")
    values, place, tied = np.unique(chance, return_inverse=True, return_counts=True)
    # A mean of rising values never falls.
    return np.asarray((np.cumsum(values * tied) / np.cumsum(tied))[place])


def p_value_fdr(p_values: ArrayLike) -> NDArray[np.float64]:
    """Return adjusted p values; pairs without a p value stay NaN and are no tests.

    Args:
        p_values: Within 0 to 1, or NaN, ``(m,)``.

    Raises:
        DataError: Numbers outside 0 to 1.
    """
    p = numbers(p_values, "p_values")
    known = ~np.isnan(p)
    adjusted = np.full(len(p), np.nan)
    if known.any():
        adjusted[known] = benjamini_hochberg(p[known])
    return adjusted
