"""Weighted sums that are equal to the bit for any row order and any number of threads.

Floating-point sums depend on the order of their terms. Here every term is an integer, or a number
rounded to a multiple of one power of two, small enough that no partial sum is ever rounded. A
matrix product is then exact, whatever order the BLAS library chooses.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workbench.metrics.one_thread import one_blas_thread

_EXACT_SINGLE = 2.0**24
_EXACT_DOUBLE = 2.0**53
# Room for columns whose weights add up to more than one per row (unequal units).
_ROOM = 4
# Weights turned into floating point at a time.
_BLOCK = 2_000_000
# Values worked on at a time, so that they stay in the second-level cache.
_CACHED = 2**16


def on_grid(values: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Round values to a power-of-two grid on which sums of weight ``total`` are exact.

    Args:
        values: Any finite numbers.
        total: Largest sum of weights the values will meet (number of rows for a plain sum).

    Returns:
        The rounded values, same shape, each at most ``max|values| * total / 2**53`` away.

    >>> float(on_grid(np.array([0.1]), 4)[0]) == 0.1
    False
    >>> on_grid(np.array([0.25, 3.0]), 1000).tolist()
    [0.25, 3.0]
    """
    peak = float(np.max(np.abs(values), initial=0.0))
    if peak == 0.0:
        return values
    _, exponent = math.frexp(peak * max(total, 1.0))
    # Below 2**-1000 or so the scale itself would overflow: such values are below any grid.
    scale = math.ldexp(1.0, min(53 - exponent, 1023))
    return np.rint(values * scale) / scale


def shares_sum(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums over rows of terms that are not negative and sum to at most 1.

    On the grid of 2**-52 such a sum is exact, so its bits do not depend on the shape NumPy adds in.

    Args:
        terms: Shape ``(g, b)``.

    Returns:
        Shape ``(b,)``.
    """
    return np.asarray((np.rint(terms * 2.0**52) * 2.0**-52).sum(axis=0))


def column_sums(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums over rows, each column rounded to its own power-of-two grid first.

    The bits depend neither on the order of the rows nor on the other columns.

    Args:
        terms: Any finite numbers, shape ``(n, b)``.

    Returns:
        Shape ``(b,)``.

    >>> column_sums(np.array([[0.5, 1.0], [0.25, 2.0]])).tolist()
    [0.75, 3.0]
    """
    scale = _column_scales(terms, len(terms))
    return np.asarray((np.rint(terms * scale) / scale).sum(axis=0))


def is_integral(weights: NDArray[np.generic]) -> bool:
    """Return whether all weights are whole numbers, as counts of a bootstrap are."""
    if weights.dtype.kind in "bui":
        return True
    return bool(np.all(weights == np.rint(weights)))


@one_blas_thread()
def weighted_sums(values: NDArray[np.generic], weights: NDArray[np.generic]) -> NDArray[np.float64]:
    """Return the exact sums of ``values`` under every column of ``weights``.

    Args:
        values: Shape ``(n, m)``; integers are summed exactly, real numbers are put on a grid first.
        weights: Shape ``(n, B)``, not negative; whole numbers make one matrix product, real
            numbers are multiplied row by row before they are put on the grid.

    Returns:
        Shape ``(m, B)``.
    """
    if values.dtype.kind == "f" and not is_integral(weights):
        return _real_sums(values.astype(np.float64), weights.astype(np.float64))
    if values.dtype.kind == "f":
        total = max(_largest_total(weights), _ROOM * len(values))
        return _grid_sums(values.astype(np.float64, copy=False), weights, total)
    if not is_integral(weights):
        fixed = on_grid(weights.astype(np.float64), len(values) * _peak(values))
        return np.asarray(values.T.astype(np.float64) @ fixed)
    return _integer_sums(values, weights)


def row_blocks(n_rows: int, n_values: int, n_weights: int = 1) -> Iterator[slice]:
    """Give stretches of rows whose values stay in the cache and whose weights in memory.

    Args:
        n_rows: Number of rows.
        n_values: Values a row.
        n_weights: Weights a row.
    """
    step = min(_BLOCK // max(n_weights, 1), max(256, _CACHED // max(n_values, 1)))
    for start in range(0, n_rows, max(1, step)):
        yield slice(start, start + max(1, step))


def _integer_sums(values: NDArray[np.generic], weights: NDArray[np.generic]) -> NDArray[np.float64]:
    """Multiply whole numbers, in single precision where that is exact (twice as fast)."""
    peak = _peak(values)
    bound = peak * float(weights.max(initial=0)) * len(weights)
    if bound >= _EXACT_SINGLE:
        bound = peak * _largest_total(weights)
    if bound >= _EXACT_DOUBLE:
        product = values.T.astype(object) @ weights.astype(object)
        return np.asarray(product, dtype=np.float64)
    kind = np.float32 if bound < _EXACT_SINGLE else np.float64
    return _product(values.T, weights, kind)


def _product(
    values: NDArray[np.generic], weights: NDArray[np.generic], kind: type[np.floating[Any]]
) -> NDArray[np.float64]:
    """Multiply ``(m, n)`` by ``(n, B)`` where every partial sum is exact, some rows at a time.

    Weights are small integers: the whole of them in floating point would be four or eight times as
    large, and slower to write than to multiply.
    """
    total = np.zeros((len(values), weights.shape[1]))
    for rows in row_blocks(len(weights), len(values), weights.shape[1]):
        total += values[:, rows].astype(kind) @ weights[rows].astype(kind)
    return total


def _grid_sums(
    values: NDArray[np.float64], weights: NDArray[np.generic], total: float
) -> NDArray[np.float64]:
    """Sum real values under whole weights, each column of values on its own grid.

    A column's sum then does not depend on its neighbours. Values are multiples of the grid while
    they are added, so that no partial sum is rounded.
    """
    scale = _column_scales(values, total)
    sums = np.zeros((values.shape[1], weights.shape[1]))
    for rows in row_blocks(len(values), values.shape[1], weights.shape[1]):
        steps = values[rows] * scale
        sums += np.rint(steps, out=steps).T @ weights[rows].astype(np.float64)
    return np.asarray(sums / scale[:, None])


def _column_scales(values: NDArray[np.float64], total: float) -> NDArray[np.float64]:
    """Return what makes each column's grid whole numbers (see :func:`on_grid`), shape ``(m,)``."""
    peak = np.maximum(values.max(axis=0, initial=0.0), -values.min(axis=0, initial=0.0))
    _, exponent = np.frexp(peak * max(total, 1.0))
    return np.asarray(np.ldexp(1.0, np.minimum(53 - exponent, 1023)))


def _real_sums(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum products of real values and real weights, each product put on its column's grid."""
    sums = np.empty((values.shape[1], weights.shape[1]))
    for column in range(weights.shape[1]):
        for row, series in enumerate(values.T):
            terms = on_grid(series * weights[:, column], len(series))
            sums[row, column] = terms.sum()
    return sums


def _largest_total(weights: NDArray[np.generic]) -> float:
    """Return the largest sum of a column."""
    return float(np.max(weights.sum(axis=0, dtype=np.float64), initial=0.0))


def _peak(values: NDArray[np.generic]) -> float:
    """Return the largest absolute value."""
    if values.dtype.kind in "bu":
        return float(values.max(initial=0))
    return float(np.max(np.abs(values.astype(np.float64)), initial=0.0))
