"""The faults that rows of a survival regression can have, each with its place and remedy."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.survival.follow_up_faults import Fault, follow_up_faults, problems_of


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
        DataError: ``not-finite``, ``missing-label``; the codes of :func:`follow_up_faults`.
    """
    whole = np.isfinite(x).all()  # one pass over rows as they lie
    faults: list[Fault] = [
        (f"column {c}", "not-finite", ~np.isfinite(x[:, j]), x[:, j])
        for j, c in enumerate(() if whole else columns)
    ]
    faults += follow_up_faults(vectors)
    faults += [
        (what, "missing-label", np.asarray(pd.isna(v)), v)
        for what, v in labels.items()
        if v is not None
    ]
    problems = problems_of(faults, len(x))
    if problems:
        raise DataError("the rows cannot be used for a Cox regression", problems=problems)
