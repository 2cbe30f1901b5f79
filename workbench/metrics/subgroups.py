"""One metric over many subgroups at once: a subgroup is a column of weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from workbench.errors import DataError
from workbench.metrics.base import Metric

if TYPE_CHECKING:
    import pandas as pd


def part_value(metric: Metric, truth: ArrayLike, prediction: ArrayLike) -> float:
    """Return a metric on a part of the cases; NaN where that part cannot carry it.

    A part may have no case of a class, no event, or nobody who is followed up to a metric's time:
    an error on the whole set, which must not stop a table of parts.

    Args:
        metric: Any metric.
        truth: Truth of the part's cases.
        prediction: What the metric needs of them.

    >>> from workbench import metrics
    >>> late = metrics.get("survival-brier", horizon=9.0)
    >>> part_value(late, [[1.0, 1], [2.0, 0]], [0.5, 0.5])
    nan
    """
    try:
        return float(metric.columns(truth, prediction)[0])
    except DataError:
        return float("nan")


def by_group(
    metric: Metric, truth: ArrayLike, prediction: ArrayLike, groups: ArrayLike
) -> pd.DataFrame:
    """Return a metric within each group (centre, sex, horizon ...), sorted by group.

    Args:
        metric: Any metric.
        truth: Truth of each case, shape ``(n, ...)``.
        prediction: Prediction of each case.
        groups: Group of each case, shape ``(n,)``.

    Returns:
        One row a group: ``group, n, value``; the value is NaN where the metric is undefined there.

    Raises:
        DataError: A group is missing, or the lengths differ.

    >>> from workbench import metrics
    >>> by_group(metrics.get("accuracy"), [0, 1, 1], [0, 1, 0], ["a", "a", "b"])["value"].tolist()
    [1.0, 0.0]
    """
    import pandas as pd

    given = np.asarray(groups, dtype=object)
    if given.ndim != 1:
        raise DataError(f"groups must be one name a case, got shape {given.shape}")
    names = pd.Series(given)
    if names.isna().any():
        row = int(np.flatnonzero(names.isna())[0])
        raise DataError("a case has no group", where=f"row {row}")
    found, places = np.unique(names.astype(str), return_inverse=True)
    columns = (places[:, None] == np.arange(len(found))).astype(np.uint8)
    return pd.DataFrame(
        {
            "group": found,
            "n": columns.sum(axis=0, dtype=np.int64),
            "value": metric.columns(truth, prediction, columns),
        }
    )
