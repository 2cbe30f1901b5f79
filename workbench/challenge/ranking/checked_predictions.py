"""The predictions to be ranked: named, in one order, and valid for the metric."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, WorkbenchError
from workbench.metrics import Metric


def algorithm_names(predictions: Mapping[str, ArrayLike]) -> list[str]:
    """Return the names, sorted: all that follows is in this order.

    Raises:
        DataError: A name is no text, or there are fewer than two.
    """
    names = list(predictions)
    for name in names:
        if not isinstance(name, str) or not name.strip():
            raise DataError(f"algorithms are named by text, got {name!r}")
    if len(names) < 2:
        raise DataError(f"a ranking needs two algorithms or more, got {len(names)}")
    return sorted(names)


def checked_predictions(
    metric: Metric, predictions: Mapping[str, ArrayLike], names: list[str], n_cases: int
) -> list[NDArray[np.generic]]:
    """Return the predictions in the order of ``names``, in the form the metric computes with.

    Raises:
        WorkbenchError: One is not valid; the error says whose it is.
    """
    return [_checked(metric, name, predictions[name], n_cases) for name in names]


def _checked(metric: Metric, name: str, prediction: ArrayLike, n_cases: int) -> NDArray[np.generic]:
    """Return a checked prediction, or an error that says whose it is."""
    try:
        return metric.checked(prediction, n_cases)
    except WorkbenchError as error:
        place = f"algorithm {name}, {error.where}" if error.where else f"algorithm {name}"
        raise type(error)(
            error.message, where=place, remedy=error.remedy, problems=error.problems
        ) from error
