"""Errors as a share of the true value, for quantities whose size differs from case to case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.case_metric import CaseMetric
from workbench.metrics.catalogue import register
from workbench.metrics.regression import ValueMetric


@register
@dataclass(frozen=True)
class MeanRelativeError(ValueMetric, CaseMetric):
    """Mean distance of the prediction from the truth as a share of the truth's size.

    >>> round(MeanRelativeError()([10.0, 200.0], [11.0, 180.0]), 12)
    0.1
    """

    name = "mean-relative-error"
    title = "mean absolute error as a share of the truth"
    direction = "minimize"
    source = "sklearn.metrics.mean_absolute_percentage_error, but for truths of 0: an error here"

    def checked_truth(self, truth: ArrayLike) -> NDArray[Any]:
        """Return the truth as finite numbers other than 0."""
        found = super().checked_truth(truth)
        if not found.all():
            raise DataError(
                "a relative error has no meaning where the truth is 0",
                where=f"row {int(np.argmin(np.abs(found)))}",
                remedy="leave these cases out, or take the mean absolute error",
            )
        return found

    def cases(self, truth: NDArray[Any], prediction: NDArray[Any]) -> NDArray[np.generic]:
        """Return the distance of each case over the size of its truth."""
        return np.asarray(np.abs(truth - prediction) / np.abs(truth))
