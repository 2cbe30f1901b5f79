"""Chooses the strength of a penalty by cross-validated partial likelihood."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, UsageError
from workbench.methods.survival.cox_data import CoxData
from workbench.methods.survival.partial_likelihood import likelihood
from workbench.methods.survival.penalised_path import PenalisedCox, penalised_path
from workbench.metrics.one_thread import one_blas_thread

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CrossValidated:
    """How well each penalty of a path predicts rows that it was not fitted to.

    Attributes:
        path: The path on all rows.
        folds: Fold of each row used, ``(n,)``.
        deviance: Minus twice the cross-validated log partial likelihood by event, ``(L,)``.
        error: Its standard error over folds, ``(L,)``.
        best: Penalty of the lowest deviance.
        sparse: The strongest penalty within one standard error of it.
    """

    path: PenalisedCox
    folds: NDArray[np.int64]
    deviance: Floats
    error: Floats
    best: float
    sparse: float


@one_blas_thread()
def cross_validate(
    path: PenalisedCox, folds: int | ArrayLike = 10, *, seed: int = 0
) -> CrossValidated:
    """Compare the penalties of a path by cross-validated partial likelihood.

    A fold adds the log likelihood of all rows less that of the others, at the coefficients of the
    others (Verweij and van Houwelingen 1993, Stat Med 12:2305).

    Args:
        path: The path; its clusters stay together.
        folds: How many, drawn so that each has its share of events; or the fold of each row used.
        seed: Of the draw.

    Raises:
        UsageError: Rows of one person may be torn apart: late entries without clusters; fewer than
            two folds.
        DataError: A fold holds all events.
    """
    data, sets = path.data, path.sets
    if isinstance(folds, int):
        fold = _drawn(data, folds, seed)
    else:
        fold = np.unique(folds, return_inverse=True)[1]
    if len(fold) != len(data.time) or fold.max() < 1:
        raise UsageError(f"expected two folds or more over {len(data.time)} rows")
    gains = np.empty((int(fold.max()) + 1, len(path.penalties)))
    events = np.empty(len(gains))
    for number in range(len(gains)):
        rest = _rows(data, np.flatnonzero(fold != number))
        events[number] = data.weight[data.event & (fold == number)].sum()
        if not rest.event.any():
            raise DataError(f"fold {number} holds all events", remedy="make fewer folds")
        part = penalised_path(rest, path.mixing, path.factors, path.ties, path.penalties)
        whole = [likelihood(sets, beta, path.ties).value for beta in part.coefficients]
        gains[number] = np.array(whole) - part.log_likelihood
    each = -2 * gains / np.maximum(events, 1e-300)[:, None]
    share = events / events.sum()
    deviance = share @ each
    error = np.sqrt(share @ (each - deviance) ** 2 / (len(gains) - 1))
    best = int(np.argmin(deviance))
    within = np.flatnonzero(deviance <= deviance[best] + error[best])
    return CrossValidated(
        path, fold, deviance, error, float(path.penalties[best]), float(path.penalties[within[0]])
    )


def _rows(data: CoxData, rows: NDArray[np.int64]) -> CoxData:
    """Return some rows."""
    return replace(
        data,
        design=data.design[rows],
        time=data.time[rows],
        event=data.event[rows],
        entry=None if data.entry is None else data.entry[rows],
        weight=data.weight[rows],
        stratum=data.stratum[rows],
        cluster=None if data.cluster is None else data.cluster[rows],
        offset=data.offset[rows],
        kept=data.kept[rows],
    )


def _drawn(data: CoxData, folds: int, seed: int) -> NDArray[np.int64]:
    """Deal clusters (or rows) into folds, those with events first."""
    if data.cluster is None and data.entry is not None:
        raise UsageError(
            "rows that enter late may belong to one person, who would be in two folds",
            remedy="give cluster= the person of each row, or name the fold of each row",
        )
    if folds < 2:
        raise UsageError(f"cross-validation needs two folds or more; got {folds}")
    unit = np.arange(len(data.time)) if data.cluster is None else data.cluster
    seen = np.bincount(unit, data.event) > 0
    order = np.random.default_rng(seed).permutation(len(seen))
    order = order[np.argsort(~seen[order], kind="stable")]
    of_unit = np.empty(len(seen), dtype=np.int64)
    of_unit[order] = np.arange(len(seen)) % folds
    return of_unit[unit]
