"""Checks what a Cox regression is given: times, events, covariates, weights, strata, clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.methods.survival.cox_faults import check_shapes, check_values

NonPositive = Literal["reject", "half-day"]


@dataclass(frozen=True, eq=False)
class CoxData:
    """Checked rows of a Cox regression; a row of weight 0 has been left out.

    Attributes:
        design: Covariates without an intercept, ``(n, p)``.
        time: End of the row's time under observation, ``(n,)``.
        event: Whether the row ends with the event, ``(n,)``.
        entry: Start of the row, before ``time``; None where all are seen from the start.
        weight: Case weights above 0, ``(n,)``.
        stratum: Number of the stratum of each row, ``(n,)``.
        strata: Names of the strata; one empty name where there are none.
        cluster: Number of the cluster of each row, or None.
        offset: Added to the linear predictor, ``(n,)``.
        names: Of the covariates, ``p``.
        stratified: Whether strata were given.
        kept: Places of the rows among those given.
        given: How many rows were given.
    """

    design: NDArray[np.float64]
    time: NDArray[np.float64]
    event: NDArray[np.bool_]
    entry: NDArray[np.float64] | None
    weight: NDArray[np.float64]
    stratum: NDArray[np.int64]
    strata: tuple[str, ...]
    cluster: NDArray[np.int64] | None
    offset: NDArray[np.float64]
    names: tuple[str, ...]
    stratified: bool
    kept: NDArray[np.int64]
    given: int


def checked_cox_data(
    design: ArrayLike | pd.DataFrame,
    time: ArrayLike,
    event: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    strata: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    offset: ArrayLike | None = None,
    names: Sequence[str] | None = None,
    non_positive: NonPositive = "reject",
) -> CoxData:
    """Return checked rows, or raise one error that names every fault.

    Args:
        design: Shape ``(n, p)``; the columns of a frame give the names.
        time: Shape ``(n,)``; above 0 unless ``entry`` is given.
        event: 1 or True where the event was seen, ``(n,)``.
        entry: Start of each row, ``(n,)``: it is at risk in ``(entry, time]``.
        weights: Not negative, ``(n,)``.
        strata: Label of each row's stratum, ``(n,)``.
        cluster: Label of each row's person or centre, ``(n,)``.
        offset: Shape ``(n,)``.
        names: Of the covariates; ``x0``, ``x1`` ... where nothing names them.
        non_positive: What becomes of a time of 0: ``reject``, or ``half-day``: it counts as 0.5
            (for times in days). A time below 0 is always rejected.

    Raises:
        DataError: ``wrong-shape``, ``not-finite``, ``non-positive-time``,
            ``entry-not-before-time``, ``event-not-binary``, ``negative-weight``,
            ``missing-label``, ``no-rows``, ``all-censored``.
    """
    columns = _names(design, names)
    x = _numbers(design, "design")
    if x.ndim != 2:
        raise DataError(f"design must have two dimensions, got shape {x.shape} [wrong-shape]")
    n = len(x)
    end, seen = _numbers(time, "time"), _numbers(event, "event")
    start = None if entry is None else _numbers(entry, "entry")
    weight = np.ones(n) if weights is None else _numbers(weights, "weights")
    added = np.zeros(n) if offset is None else _numbers(offset, "offset")
    vectors = {"time": end, "event": seen, "weights": weight, "offset": added}
    vectors |= {} if start is None else {"entry": start}
    labels = {"strata": _labels(strata), "cluster": _labels(cluster)}
    check_shapes(x, columns, vectors, labels)
    if start is None and non_positive == "half-day":
        end = np.where(end == 0, 0.5, end)
    check_values(x, columns, vectors | {"time": end}, labels)
    kept = np.flatnonzero(weight > 0)
    if not len(kept):
        raise DataError("there is no row, or every weight is 0 [no-rows]")
    if not (seen[kept] == 1).any():
        raise DataError(
            f"all {len(kept)} rows are censored [all-censored]",
            remedy="check that 1 stands for the event, or follow longer",
        )
    part: Any = slice(None) if len(kept) == n else kept
    stratum, found = _codes(labels["strata"], n)
    groups = None if labels["cluster"] is None else _codes(labels["cluster"], n)[0][part]
    return CoxData(
        design=x[part],
        time=end[part],
        event=seen[part] == 1,
        entry=None if start is None else start[part],
        weight=weight[part],
        stratum=stratum[part],
        strata=found,
        cluster=groups,
        offset=added[part],
        names=columns,
        stratified=strata is not None,
        kept=kept,
        given=n,
    )


_AS_NUMBERS = {
    "design": "turn categories into 0/1 columns, one less than there are categories",
    "time": "count days from one origin, such as the operation",
    "entry": "count days from the origin of the times",
    "event": "write 1 where the event was seen, else 0",
}


def _numbers(values: Any, what: str) -> NDArray[np.float64]:
    """Return an array of numbers."""
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            f"{what} must hold numbers: {error} [not-finite]",
            remedy=_AS_NUMBERS.get(what, ""),
        ) from error


def _names(design: Any, names: Sequence[str] | None) -> tuple[str, ...]:
    """Return the names of the covariates."""
    if names is not None:
        return tuple(str(name) for name in names)
    if isinstance(design, pd.DataFrame):
        return tuple(str(name) for name in design.columns)
    shape = np.shape(design)
    return tuple(f"x{place}" for place in range(shape[1] if len(shape) == 2 else 0))


def _labels(values: ArrayLike | None) -> NDArray[np.object_] | None:
    """Return labels of any kind as an array of objects."""
    return None if values is None else np.asarray(values, dtype=object)


def _codes(labels: NDArray[np.object_] | None, n: int) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return numbers for labels, and their names in order."""
    if labels is None:
        return np.zeros(n, dtype=np.int64), ("",)
    codes, found = pd.factorize(labels, sort=True)
    return codes.astype(np.int64), tuple(str(name) for name in found)
