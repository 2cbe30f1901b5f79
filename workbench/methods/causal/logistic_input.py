"""Checks the rows of a logistic regression and names every fault at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem


@dataclass(frozen=True, eq=False)
class Rows:
    """Checked rows of a regression.

    Attributes:
        design: Columns of the model, ``(n, p)``, finite.
        outcome: Between 0 and 1, ``(n,)``.
        weight: Not negative, ``(n,)``.
        names: Names of the columns, or none.
        constant: True for a column of one value, ``(p,)``.
        mean_square: Mean of each squared column, ``(p,)``.
    """

    design: NDArray[np.float64]
    outcome: NDArray[np.float64]
    weight: NDArray[np.float64]
    names: tuple[str, ...]
    constant: NDArray[np.bool_]
    mean_square: NDArray[np.float64]

    @property
    def columns(self) -> int:
        """Number of columns."""
        return int(self.design.shape[1])

    @property
    def what(self) -> str:
        """Rows and columns in words, for errors."""
        return f"{len(self.outcome)} rows, {self.columns} columns"


def checked_rows(
    design: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None, names: Sequence[str]
) -> Rows:
    """Return the rows as arrays of float64.

    Raises:
        DataError: ``bad-shape``, ``not-finite``, ``bad-outcome``, ``bad-weight``,
            ``no-variation``.
    """
    x = np.ascontiguousarray(design, np.float64)
    y = np.asarray(outcome, np.float64)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    if x.ndim != 2 or y.shape != x.shape[:1] or w.shape != y.shape or not x.size:
        shapes = f"design {x.shape}, outcome {y.shape}, weights {w.shape}"
        raise _refused([Problem("bad-shape", f"expected (n, p), (n,) and (n,), got {shapes}")])
    problems = _faults(x, y, w, tuple(names))
    if problems:
        raise _refused(problems)
    seen = y[w > 0]
    if not len(seen) or seen.max() == 0 or seen.min() == 1:
        value = f"outcome {seen[0]:g}" if len(seen) else "no outcome"
        text = f"all {len(seen)} rows of weight above 0 have {value}"
        raise _refused([Problem("no-variation", text, remedy="look at how the outcome is made")])
    low, high = x.min(axis=0), x.max(axis=0)
    return Rows(x, y, w, tuple(names), low == high, np.einsum("ij,ij->j", x, x) / len(x))


def column_names(rows: Rows, places: NDArray[np.int64]) -> str:
    """Return columns in words: their names, or their numbers from 0."""
    if rows.names:
        return "columns " + ", ".join(rows.names[place] for place in places)
    return "columns " + ", ".join(str(place) for place in places)


def _faults(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    w: NDArray[np.float64],
    names: tuple[str, ...],
) -> list[Problem]:
    """Return one problem for each kind of fault."""
    problems = []
    if names and len(names) != x.shape[1]:
        problems.append(Problem("bad-shape", f"{len(names)} names for {x.shape[1]} columns"))
    if not np.isfinite(x.sum()):  # a sum is NaN or infinite where one of its terms is
        for row, column in np.argwhere(~np.isfinite(x))[:1].tolist():
            label = names[column] if len(names) == x.shape[1] else str(column)
            problems.append(Problem("not-finite", "NaN or infinity", f"row {row}, column {label}"))
    for code, wrong, text in (
        ("bad-outcome", ~((y >= 0) & (y <= 1)), "the outcome must be between 0 and 1"),
        ("bad-weight", ~((w >= 0) & np.isfinite(w)), "a weight must be finite, 0 or above"),
    ):
        if wrong.any():
            problems.append(
                Problem(code, f"{text} ({wrong.sum()} rows)", f"row {int(np.argmax(wrong))}")
            )
    return problems


def _refused(problems: list[Problem]) -> DataError:
    return DataError("the logistic regression cannot be fitted", problems=problems)
