"""Turns whatever looks like an array into one of real numbers, or says why it is none."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError

# Largest weight: products of a few hundred million of them with a value stay finite.
_LARGEST = 1e100


def numbers(array: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return real numbers as floats of any shape, the array itself where it holds such.

    Lists, pandas columns, tensors on the processor and arrays of objects are taken; NaN is let
    through. Text is refused even where it spells numbers, so that nothing is read twice by
    different rules.

    Args:
        array: Anything NumPy makes an array of.
        what: Name of the argument, for the error.

    Raises:
        DataError: Rows of unequal length, masked values, text, dates, complex numbers, or objects
            that are no numbers.

    >>> numbers([[1, 2], [3, True]], "prediction").tolist()
    [[1.0, 2.0], [3.0, 1.0]]
    """
    return real_array(array, what).astype(np.float64, copy=False)


def real_array(array: ArrayLike, what: str) -> NDArray[Any]:
    """Return :func:`numbers`, whole numbers and truth values in the type they came in.

    Raises:
        DataError: As :func:`numbers`.
    """
    if isinstance(array, np.ma.MaskedArray) and np.ma.is_masked(array):
        row = int(np.argwhere(np.ma.getmaskarray(array))[0][0])
        raise DataError(f"{what} has masked values", where=f"row {row}", remedy="drop these cases")
    try:
        found = np.asarray(array)
    except (TypeError, ValueError, RuntimeError) as error:
        raise DataError(
            f"{what} is no array: {error}",
            remedy="give one row a case, all rows of the same length",
        ) from error
    if found.dtype.kind == "O":
        return _of_objects(found, what)
    if found.dtype.kind not in "buif":
        raise DataError(f"{what} must be numbers, got {found.dtype}", remedy=_REMEDY)
    return found


_REMEDY = "turn text, dates and complex numbers into real numbers first"


def _of_objects(found: NDArray[Any], what: str) -> NDArray[np.float64]:
    """Return an array of objects as floats; None is NaN."""
    texts = [i for i, value in enumerate(found.flat) if isinstance(value, str | bytes)]
    try:
        if not texts:
            return found.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"{what} must be numbers: {error}", remedy=_REMEDY) from error
    row = int(np.unravel_index(texts[0], found.shape)[0]) if found.ndim else 0
    raise DataError(f"{what} must be numbers, got text", where=f"row {row}", remedy=_REMEDY)


def near_one(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bring columns of enormous or tiny weights near 1, by a power of two: no value changes.

    Their sums would leave the range of floating point.
    """
    peak = weights.max(axis=0, initial=0.0)
    extreme = (peak > _LARGEST) | (peak < 1 / _LARGEST)
    if not extreme.any():
        return weights
    return np.ldexp(weights, np.where(extreme, -np.frexp(peak)[1], 0))
