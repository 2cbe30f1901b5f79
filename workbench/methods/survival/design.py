"""Design matrices: checked covariates with their names, on one scale for Newton's method."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem, did_you_mean
from workbench.metrics.arrays import numbers


def checked_design(
    design: pd.DataFrame | ArrayLike, names: Sequence[str] | None = None, n: int | None = None
) -> NDArray[np.float64]:
    """Return covariates as ``(n, p)`` floats.

    Args:
        design: A frame, or an array ``(n, p)``.
        names: Columns that must be there; a frame may have them in any order.
        n: Number of rows there must be.

    Raises:
        DataError: Missing columns (by name), the wrong shape, or values that are no finite numbers
            (each column named with its first row).
    """
    if isinstance(design, pd.DataFrame):
        absent = [name for name in names or () if name not in design.columns]
        if absent:
            raise DataError(
                f"covariates are missing: {', '.join(absent)}",
                remedy=did_you_mean(absent[0], map(str, design.columns)),
            )
        design = design[list(names)] if names is not None else design
        columns = [str(name) for name in design.columns]
        values = np.column_stack(
            [numbers(design[name], str(name)) for name in design.columns]
            or [np.empty((len(design), 0))]
        )
    else:
        values = numbers(design, "design")
        columns = [str(name) for name in names or range(values.shape[-1] if values.ndim else 0)]
    if values.ndim != 2 or (n is not None and len(values) != n) or values.shape[1] != len(columns):
        wanted = f"({'n' if n is None else n}, {len(columns)})"
        raise DataError(f"covariates must have shape {wanted}, got {values.shape}")
    problems = [
        Problem("not-finite", "a covariate is NaN or infinite", f"row {row}, column {name}")
        for name, bad in zip(columns, ~np.isfinite(values.T), strict=True)
        if bad.any()
        for row in [int(np.argmax(bad))]
    ]
    if problems:
        raise DataError("the covariates cannot be used", problems=problems)
    return values


def standardised(
    values: NDArray[np.float64], names: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return covariates with mean 0 and standard deviation 1, with their means and deviations.

    Raises:
        DataError: ``no-variation``: constant columns; ``collinear``: a column follows from others.
    """
    middle, spread = values.mean(axis=0), values.std(axis=0)
    flat = spread <= 1e-12 * np.maximum(np.abs(middle), 1e-300)
    if flat.any():
        problems = [
            Problem("no-variation", "every row has the same value", f"column {names[place]}")
            for place in np.flatnonzero(flat).tolist()
        ]
        raise DataError("constant columns explain nothing", problems=problems)
    scaled = (values - middle) / spread
    if scaled.shape[1]:
        # The first column whose part orthogonal to those before it vanishes.
        residual = np.abs(np.diag(np.linalg.qr(scaled, mode="r"))) / np.sqrt(len(scaled))
        if len(residual) < scaled.shape[1] or (residual < 1e-8).any():
            short = len(residual) < scaled.shape[1]
            place = len(residual) if short else int(np.argmax(residual < 1e-8))
            raise DataError(
                f"column {names[place]} follows from those before it [collinear]",
                remedy="leave out one category of each factor, or one of two that say the same",
            )
    return scaled, middle, spread
