"""The faults that rows of a survival regression can have, each with its place and remedy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem


def check_shapes(
    x: NDArray[np.float64],
    columns: tuple[str, ...],
    vectors: dict[str, NDArray[np.float64]],
    labels: dict[str, NDArray[np.object_] | None],
) -> None:
    """Raise where a vector has not one value a row, or names do not fit.

    Args:
        x: The design.
        columns: Names of its columns.
        vectors: Numbers, one a row, by name.
        labels: Labels, one a row, by name.

    Raises:
        DataError: ``wrong-shape``.
    """
    every = [*vectors.items(), *((k, v) for k, v in labels.items() if v is not None)]
    problems = [
        Problem("wrong-shape", f"has shape {values.shape}, expected ({len(x)},)", what)
        for what, values in every
        if values.shape != (len(x),)
    ]
    if len(columns) != x.shape[1]:
        text = f"{len(columns)} names for {x.shape[1]} columns"
        problems.append(Problem("wrong-shape", text, "names"))
    if len(set(columns)) != len(columns):
        twice = sorted({name for name in columns if columns.count(name) > 1})
        problems.append(Problem("wrong-shape", f"{twice} stand twice", "names"))
    if problems:
        raise DataError("the columns of the regression do not fit together", problems=problems)


def check_values(
    x: NDArray[np.float64],
    columns: tuple[str, ...],
    vectors: dict[str, NDArray[np.float64]],
    labels: dict[str, NDArray[np.object_] | None],
) -> None:
    """Raise one error with each fault of the values, its first row and its number of rows.

    Args:
        x: The design.
        columns: Names of its columns.
        vectors: ``time``, ``event``, ``weights`` and, where rows enter late, ``entry``.
        labels: Labels, one a row, by name.

    Raises:
        DataError: The codes of ``_SAID``.
    """
    time, entry = vectors["time"], vectors.get("entry")
    whole = np.isfinite(x).all()  # one pass over rows as they lie
    faults = [
        (f"column {c}", "not-finite", ~np.isfinite(x[:, j]))
        for j, c in enumerate(() if whole else columns)
    ]
    faults += [(what, "not-finite", ~np.isfinite(v)) for what, v in vectors.items()]
    faults.append(("weights", "negative-weight", vectors["weights"] < 0))
    faults.append(("event", "event-not-binary", ~np.isin(vectors["event"], (0.0, 1.0))))
    if entry is None:
        faults.append(("time", "non-positive-time", time <= 0))
    else:
        faults.append(("entry", "entry-not-before-time", entry >= time))
    faults += [
        (what, "missing-label", np.asarray(pd.isna(v)))
        for what, v in labels.items()
        if v is not None
    ]
    problems = [
        Problem(
            code,
            f"{_SAID[code]} ({int(rows.sum())} of {len(x)} rows)",
            f"{what}, row {int(np.argmax(rows))}",
            _REMEDY.get(code, ""),
        )
        for what, code, rows in faults
        if rows.any()
    ]
    if problems:
        raise DataError("the rows cannot be used for a Cox regression", problems=problems)


_SAID = {
    "not-finite": "is missing or infinite",
    "negative-weight": "is below 0",
    "event-not-binary": "is neither 0 nor 1",
    "non-positive-time": "is not above 0",
    "entry-not-before-time": "is not before the row's time",
    "missing-label": "has no label",
}
_REMEDY = {
    "not-finite": "leave the rows out, or fill them in and add an indicator column",
    "non-positive-time": "mend the dates, or count 0 as half a day (non_positive=half-day)",
    "entry-not-before-time": "mend the dates, or leave the empty interval out",
}
