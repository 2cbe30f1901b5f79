"""Cox regression with a ridge, lasso or elastic-net penalty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench.errors import DataError, Problem, UsageError
from workbench.methods.survival.cox_data import checked_cox_data
from workbench.methods.survival.penalised_path import PenalisedCox, penalised_path
from workbench.methods.survival.tie_sums import Ties
from workbench.metrics.one_thread import one_blas_thread


def fit_penalised_cox(
    design: ArrayLike | pd.DataFrame,
    time: ArrayLike,
    event: ArrayLike,
    *,
    mixing: float = 1.0,
    penalties: Sequence[float] | None = None,
    n_penalties: int = 50,
    smallest: float = 0.01,
    factors: Sequence[float] | None = None,
    ties: Ties = "efron",
    **rows: Any,
) -> PenalisedCox:
    """Fit Cox models with an elastic-net penalty along a path.

    Lowest is ``-loglik / W + penalty * sum(f (mixing |s b| + (1 - mixing) (s b)^2 / 2))`` with W
    the total weight of the rows, s the standard deviation of each column and f its factor: columns
    are penalised as if standardised, coefficients are per unit of the column.

    Args:
        design: Covariates without an intercept, ``(n, p)``.
        time: As in ``fit_cox``.
        event: As in ``fit_cox``.
        mixing: Share of the lasso, 0 (ridge) to 1 (lasso).
        penalties: Which to fit; by default ``n_penalties``, from the least that leaves no column
            (for ridge: that of a mixing of 0.001) down to ``smallest`` times it, by equal ratios.
        n_penalties: Length of the default path.
        smallest: The last of the default path, as a share of the first.
        factors: Of each column's penalty, ``(p,)``; 0 leaves the column unpenalised.
        ties: ``efron`` or ``breslow``.
        **rows: ``entry``, ``weights``, ``strata``, ``cluster``, ``offset``, ``names``,
            ``non_positive``, as in ``fit_cox``.

    Raises:
        UsageError: ``mixing``, a penalty or a factor out of range.
        DataError: As ``fit_cox``; ``constant-column``.
        RunError: ``not-converged``.

    >>> x, time = [[0.0], [1.0], [1.0], [0.0]], [4, 3, 2, 1]
    >>> fit_penalised_cox(x, time, [1] * 4, penalties=[0.01]).coefficients.round(4).tolist()
    [[0.4507]]
    """
    data = checked_cox_data(design, time, event, **rows)
    _check_options(mixing, penalties, n_penalties, smallest, factors, len(data.names))
    flat = np.flatnonzero(np.ptp(data.design, axis=0) == 0)
    if len(flat):
        problems = [
            Problem("constant-column", "has one value", f"column {data.names[j]}", "leave it out")
            for j in flat
        ]
        raise DataError("the covariates cannot be used", problems=problems)
    factor = np.ones(len(data.names)) if factors is None else np.asarray(factors, dtype=np.float64)
    given = None if penalties is None else np.asarray(penalties, dtype=np.float64)
    with one_blas_thread():
        return penalised_path(data, mixing, factor, ties, given, (n_penalties, smallest))


def _check_options(
    mixing: float,
    penalties: Sequence[float] | None,
    n_penalties: int,
    smallest: float,
    factors: Sequence[float] | None,
    p: int,
) -> None:
    """Raise one error that names every option out of range."""
    strengths = np.asarray([] if penalties is None else penalties, dtype=np.float64)
    factor = np.ones(p) if factors is None else np.asarray(factors, dtype=np.float64)
    good = factor.shape == (p,) and bool((np.isfinite(factor) & (factor >= 0)).all())
    faults = [
        (not 0 <= mixing <= 1, f"mixing lies in [0, 1]; got {mixing}"),
        (penalties is not None and not len(strengths), "no penalty is given"),
        (not (np.isfinite(strengths) & (strengths >= 0)).all(), "penalties are numbers from 0 on"),
        (n_penalties < 1, f"n_penalties is 1 or more; got {n_penalties}"),
        (not 0 < smallest <= 1, f"smallest lies in (0, 1]; got {smallest}"),
        (not good, f"factors are {p} numbers from 0 on"),
    ]
    said = [Problem("out-of-range", text) for wrong, text in faults if wrong]
    if said:
        raise UsageError("the penalty cannot be used", problems=said)
