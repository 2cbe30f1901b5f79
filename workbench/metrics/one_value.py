"""What becomes of one value that is not known, or infinite."""

from __future__ import annotations

import math
import warnings

from workbench.errors import DataError


class UndefinedMetricWarning(UserWarning):
    """A metric has no value on a weighted subset; NaN was returned."""


def one_value(label: str, undefined: str, value: float, whole: bool) -> float:
    """Return a value; NaN stays NaN on a weighted subset, with a warning.

    Args:
        label: Name of the metric.
        undefined: When it has no value.
        value: What was computed.
        whole: Whether it is of the whole set, without weights.

    Raises:
        DataError: There is no value, or an infinite one, on the whole set.
    """
    if math.isnan(value):
        message = f"{label} is undefined here: {undefined}"
        if whole:
            raise DataError(message, remedy="score a set on which the metric has a value")
        warnings.warn(message, UndefinedMetricWarning, stacklevel=3)
    if math.isinf(value) and whole:
        raise DataError(
            f"{label} is infinite here: the values are too large, or a divisor is 0",
            remedy="give values in a unit that keeps them near 1, and look at the largest",
        )
    return value
