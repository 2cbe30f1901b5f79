"""Tests of all pairs for any metric, from nothing but its values on bootstrap resamples.

Romano and Wolf 2005, Econometrica 73:1237 (step-down max-T from a bootstrap of centred, studentised
differences). A leaderboard that keeps the resampled values of each submission can test everybody
against everybody without the predictions.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from workbench.errors import DataError
from workbench.metrics.arrays import numbers
from workbench.metrics.choices import check_level, check_whole
from workbench.metrics.pair_tests import (
    PairCounter,
    PairTests,
    half_widths,
    pair_spreads,
    pairs_of,
)

METHOD = "studentised bootstrap of differences over units, max-T step-down"
# A spread below this share of the values is rounding: the difference is the same in all resamples.
_ROUNDING = 1e-12


def all_pairs_resampled(
    points: ArrayLike, values: ArrayLike, n_units: int, *, level: float = 0.95
) -> PairTests:
    """Test every pair of models for a difference in the metric.

    A difference is divided by its standard deviation over resamples; its null distribution is that
    of the resampled differences about the observed one. Standard deviations are estimated, from
    ``n_units`` units and B resamples: without allowance the test would reject too often on small
    sets. The observed quotient is therefore taken as Student's t with
    ``1 / (1 / (n_units - 1) + 1 / (B - 1))`` degrees of freedom and brought to the normal scale.

    Args:
        points: Value of each model on the whole set, shape ``(m,)``.
        values: Value of each model on the same resamples, shape ``(m, B)``.
        n_units: Number of units that were resampled.
        level: Joint level of the intervals of all differences.

    Returns:
        One test a pair. Equal points have difference 0 and p = 1, identical models also an interval
        of width 0. The p value is ``1 / (B + 1)`` at least.

    Raises:
        DataError: Shapes that do not fit, NaN or infinity, fewer than two units or resamples.
        UsageError: A level that is no share.

    >>> rng = np.random.default_rng(0)
    >>> noise = rng.normal(size=(3, 999)) * 0.01
    >>> found = all_pairs_resampled([0.9, 0.9, 0.5], noise + [[0.9], [0.9], [0.5]], n_units=200)
    >>> found.adjusted.tolist()
    [1.0, 0.001, 0.001]
    """
    check_level(level)
    point, table = _checked(points, values, n_units)
    draws = table.shape[1]
    pairs = pairs_of(len(point))
    differences = point[pairs[:, 0]] - point[pairs[:, 1]]
    middle = table - table.mean(axis=1)[:, None]
    spread = pair_spreads(middle, pairs) / math.sqrt(draws - 1)
    spread[spread <= _ROUNDING * np.abs(table).max(initial=0.0)] = 0.0
    scale = np.where(spread > 0, spread, 1.0)
    freedom = 1.0 / (1.0 / (n_units - 1) + 1.0 / (draws - 1))
    inflation = math.sqrt(n_units / (n_units - 1))
    size = _normal_size(differences, spread * inflation, freedom)
    counter = PairCounter(pairs, size * scale, size, scale, draws)
    counter.add((table - point[:, None]).T)
    critical = float(stdtrit(freedom, ndtr(counter.critical(level))))
    half = half_widths(critical, spread * inflation)
    return PairTests(
        pairs=pairs,
        differences=differences,
        low=differences - half,
        high=differences + half,
        p_values=counter.p_values(),
        adjusted=counter.steps.p_values(),
        draws=draws,
        level=level,
        method=METHOD,
    )


def _normal_size(
    differences: NDArray[np.float64], spread: NDArray[np.float64], freedom: float
) -> NDArray[np.float64]:
    """Return the size on the normal scale of quotients that follow Student's t, shape ``(h,)``."""
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.abs(differences) / spread
    normal = -ndtri(stdtr(freedom, -quotient))
    return np.where(differences == 0.0, 0.0, normal)


def _checked(
    points: ArrayLike, values: ArrayLike, n_units: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Refuse what cannot be tested."""
    point, table = numbers(points, "points"), numbers(values, "values")
    if point.ndim != 1 or table.ndim != 2 or len(table) != len(point) or table.shape[1] < 2:
        raise DataError(
            f"pairs need (m,) points and (m, B) values with two resamples or more, "
            f"got {point.shape} and {table.shape}"
        )
    if not (np.isfinite(point).all() and np.isfinite(table).all()):
        raise DataError("points or resampled values hold NaN or infinity")
    check_whole("n_units", n_units, 2, DataError)
    return point, table
