"""Checks what a metric is given: named errors for bad labels, predictions and weights."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, UsageError
from workbench.metrics.arrays import near_one, numbers, real_array

ONE_ROW = "give one row a case, in the order of the truth"


def class_names(classes: int | Iterable[str]) -> tuple[str, ...]:
    """Return the ordered class names; a number stands for the names 0, 1, 2 ...

    Raises:
        UsageError: There are fewer than two classes, or two of the same name.

    >>> class_names(3)
    ('0', '1', '2')
    """
    if isinstance(classes, str) or not isinstance(classes, int | Iterable):
        raise UsageError(f"classes are names or how many there are, got {classes!r}")
    names = tuple(str(i) for i in range(classes)) if isinstance(classes, int) else tuple(classes)
    if len(names) < 2:
        raise UsageError(f"a metric needs at least two classes, got {len(names)}")
    if len(set(names)) < len(names):
        raise UsageError(f"class names must differ, got {', '.join(names)}")
    return names


def codes(labels: ArrayLike, n_classes: int, what: str) -> NDArray[np.int64]:
    """Return labels as class numbers ``0 .. n_classes - 1``, shape ``(n,)``.

    Args:
        labels: Whole numbers.
        n_classes: How many classes there are.
        what: Name of the argument, for the error.

    Raises:
        DataError: Empty, not one-dimensional, not whole, or out of range.
    """
    array = real_array(labels, what)
    if array.ndim != 1 or array.size == 0:
        raise DataError(f"{what} must be one class number a case, got shape {array.shape}")
    if array.dtype.kind == "f":
        _finite(array, what)
        if not np.array_equal(array, np.rint(array)):
            raise DataError(f"{what} must be whole class numbers, got {_first_broken(array)}")
    whole = array.astype(np.int64)
    outside = np.flatnonzero((whole < 0) | (whole >= n_classes))
    if outside.size:
        raise DataError(
            f"{what} must lie in 0..{n_classes - 1}, got {whole[outside[0]]}",
            where=f"row {outside[0]}",
            remedy="classes are numbered from 0; say how many there are with 'classes'",
        )
    return whole


def probabilities(values: ArrayLike, n_classes: int, n_cases: int) -> NDArray[np.float64]:
    """Return class probabilities of shape ``(n, n_classes)``; ``(n,)`` means the second of two.

    Raises:
        DataError: Wrong shape, not finite, or outside 0..1. Rows need not sum to one here: that is
            the submission check's rule.
    """
    array = numbers(values, "prediction")
    if array.ndim == 1 and n_classes == 2:
        array = np.column_stack([1.0 - array, array])
    _same_length(array, n_cases)
    if array.ndim != 2 or array.shape[1] != n_classes:
        raise DataError(
            f"prediction must have one probability for each of {n_classes} classes, "
            f"got shape {array.shape}"
        )
    _finite(array, "prediction")
    if array.min() < 0.0 or array.max() > 1.0:
        row = int(np.flatnonzero(((array < 0.0) | (array > 1.0)).any(axis=1))[0])
        raise DataError(
            "prediction must lie between 0 and 1",
            where=f"row {row}",
            remedy="give probabilities, not percent or scores",
        )
    return array


def scores(values: ArrayLike, n_classes: int, n_cases: int) -> NDArray[np.float64]:
    """Return real scores: ``(n,)`` for two classes, or one column a class ``(n, n_classes)``.

    Raises:
        DataError: Wrong shape or not finite.
    """
    array = numbers(values, "prediction")
    _same_length(array, n_cases)
    if array.ndim == 2 and array.shape[1] == n_classes == 2:
        array = array[:, 1]
    expected = (n_cases,) if n_classes == 2 else (n_cases, n_classes)
    if array.shape != expected:
        raise DataError(f"prediction of shape {array.shape} does not fit {n_classes} classes")
    _finite(array, "prediction")
    return array


def values(array: ArrayLike, what: str, n_cases: int | None = None) -> NDArray[np.float64]:
    """Return real values, shape ``(n,)`` or, for intervals, ``(n, 2)``.

    Raises:
        DataError: Empty, not finite, or not one row a case.
    """
    found = numbers(array, what)
    if found.ndim == 0 or found.size == 0:
        raise DataError(f"{what} must be one number a case, got shape {found.shape}")
    if n_cases is not None:
        _same_length(found, n_cases)
    _finite(found, what)
    return found


def whole_numbers(array: ArrayLike, what: str, least: int) -> NDArray[np.int64]:
    """Return whole numbers of at least ``least``, same shape; an empty array is one too.

    Raises:
        DataError: Not numbers, not finite, not whole, or too small.
    """
    found = numbers(array, what)
    _finite(found, what)
    wrong = np.argwhere((found != np.rint(found)) | (found < least))
    if len(wrong):
        raise DataError(
            f"{what} must be whole numbers of at least {least}, got {found[tuple(wrong[0])]:g}",
            where=_place(wrong[0]),
        )
    return found.astype(np.int64)


def weight_columns(weights: ArrayLike | None, n_cases: int) -> NDArray[np.generic]:
    """Return weights of shape ``(n, B)``; no weights mean one column of ones.

    Raises:
        DataError: Wrong length, not finite, negative, or all zero.
    """
    if weights is None:
        return np.ones((n_cases, 1), dtype=np.uint8)
    array = real_array(weights, "weights")
    if array.ndim not in (1, 2) or array.shape[0] != n_cases:
        raise DataError(
            f"weights must have shape ({n_cases},) or ({n_cases}, B), got {array.shape}",
            remedy="give one row of weights a case, one column a resample",
        )
    if array.dtype.kind == "f":
        _finite(array, "weights")
    if array.dtype.kind in "if" and array.size and array.min() < 0:
        row = int(np.argwhere(array < 0)[0][0])
        remedy = "a weight of 0 leaves a case out"
        raise DataError("weights must not be negative", where=f"row {row}", remedy=remedy)
    if not array.any():
        raise DataError(
            "weights are all zero: no case is left to score",
            remedy="keep a case, or leave this subset out",
        )
    if array.dtype.kind == "f":
        array = near_one(array.astype(np.float64, copy=False))
    return array[:, None] if array.ndim == 1 else array


def _finite(array: NDArray[np.float64], what: str) -> None:
    """Refuse NaN and infinity, naming the first row."""
    broken = np.argwhere(~np.isfinite(array))
    if len(broken):
        raise DataError(
            f"{what} holds NaN or infinity",
            where=_place(broken[0]),
            remedy="mend these rows or leave them out of every argument",
        )


def _place(index: NDArray[np.int64]) -> str:
    """Return an index as words: ``row 3, column 1``."""
    return f"row {', column '.join(str(i) for i in index)}"


def _same_length(array: NDArray[np.float64], n_cases: int) -> None:
    """Refuse a prediction that has not one row a case."""
    if array.ndim == 0 or len(array) != n_cases:
        rows = 0 if array.ndim == 0 else len(array)
        raise DataError(f"prediction has {rows} rows, truth has {n_cases}", remedy=ONE_ROW)


def _first_broken(array: NDArray[np.float64]) -> float:
    """Return the first value that is not whole."""
    return float(array[array != np.rint(array)][0])
