"""What tests of groups share: strata, and a chi-square from scores that add up to nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from workbench.methods.survival.kaplan_meier import group_codes
from workbench.methods.survival.observed import Observed

Part = Callable[[Observed, NDArray[np.int64]], tuple[NDArray[np.float64], ...]]


def over_strata(
    observed: Observed, codes: NDArray[np.int64], strata: ArrayLike | None, part: Part
) -> tuple[tuple[NDArray[np.float64], ...], str]:
    """Return the sums over strata of what a test computes in each, and the strata in words.

    Args:
        observed: All rows.
        codes: Number of each row's group.
        strata: Stratum of each row; None is one stratum.
        part: Takes the rows of a stratum and their groups, gives arrays.
    """
    if strata is None:
        return part(observed, codes), ""
    layers = group_codes(strata, len(observed))[1]
    found = [
        part(observed.take(layers == layer), codes[layers == layer])
        for layer in range(int(layers.max()) + 1)
    ]
    total = tuple(np.sum(parts, axis=0) for parts in zip(*found, strict=True))
    return total, f"; within {len(found)} strata"


def chi_square(
    score: NDArray[np.float64], covariance: NDArray[np.float64]
) -> tuple[float, int, float]:
    """Return statistic, degrees of freedom and p-value of scores of groups.

    Args:
        score: Of each group; they add up to 0, so that the last one says nothing new, ``(k,)``.
        covariance: Theirs, ``(k, k)``.

    >>> chi_square(np.array([2.0, -2.0]), np.array([[1.0, -1.0], [-1.0, 1.0]]))[:2]
    (4.0, 1)
    """
    own, spread = score[:-1], covariance[:-1, :-1]
    statistic = float(own @ np.linalg.pinv(spread, hermitian=True) @ own)
    degrees = int(np.linalg.matrix_rank(spread, hermitian=True))
    return statistic, degrees, float(chdtrc(degrees, statistic)) if degrees else float("nan")
