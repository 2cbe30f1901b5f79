"""DeLong's covariance of areas under ROC curves, for many models at once and for clustered cases.

Sources: DeLong, DeLong and Clarke-Pearson 1988, Biometrics 44:837 (placements and their
covariance); Sun and Xu 2014, IEEE Signal Process Lett 21:1389 (fast form); Obuchowski 1997,
Biometrics 53:567 (several cases of one patient).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics import inputs
from workbench.metrics.areas import Areas
from workbench.metrics.arrays import numbers
from workbench.metrics.one_thread import one_blas_thread
from workbench.metrics.resampling import unit_codes


@one_blas_thread()
def delong(truth: ArrayLike, scores: ArrayLike, units: ArrayLike | None = None) -> Areas:
    """Return the areas of one or more models with their covariance, exact with ties.

    Args:
        truth: 0 or 1, shape ``(n,)``.
        scores: Shape ``(n,)`` or ``(n, m)``, one column a model; higher means positive.
        units: Patient of each case; without them every case is its own.

    Raises:
        DataError: Fewer than two cases (or units) of a class, or broken input.

    >>> found = delong([0, 0, 0, 1, 1, 1], [0.21, 0.35, 0.63, 0.92, 0.32, 0.79])
    >>> round(float(found.areas[0]), 6), round(float(found.covariance[0, 0]), 6)
    (0.777778, 0.061728)
    """
    positive = inputs.codes(truth, 2, "truth") == 1
    table = numbers(scores, "scores")
    table = table[:, None] if table.ndim == 1 else table
    if table.ndim != 2 or len(table) != len(positive) or not table.size:
        raise DataError(f"scores have shape {table.shape}, truth has {len(positive)} rows")
    if not np.isfinite(table).all():
        raise DataError("scores hold NaN or infinity")
    if min(positive.sum(), (~positive).sum()) < 2:
        raise DataError("DeLong needs at least two cases of each class")
    wins, losses = placements(positive, table)
    areas = wins.mean(axis=0)
    if units is None:
        covariance = _covariance(wins) / len(wins) + _covariance(losses) / len(losses)
        return Areas(areas, covariance, "DeLong")
    return Areas(areas, _clustered(positive, wins - areas, losses - areas, units), "Obuchowski")


def placements(
    positive: NDArray[np.bool_], scores: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of opponents each case beats, a tie counting half.

    Args:
        positive: Shape ``(n,)``.
        scores: Shape ``(n, m)``.

    Returns:
        Positives ``(n1, m)`` and negatives ``(n0, m)``, both as shares of pairs won by positives.
    """
    high, low = scores[positive], scores[~positive]
    wins, losses = np.empty_like(high), np.empty_like(low)
    for model in range(scores.shape[1]):
        up, down = np.sort(high[:, model]), np.sort(low[:, model])
        wins[:, model] = _share_below(high[:, model], down)
        losses[:, model] = 1.0 - _share_below(low[:, model], up)
    return wins, losses


def area_terms(positive: NDArray[np.bool_], scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return one number a case and model: their mean is the area, to first order also resampled.

    A positive's term is the share of negatives it beats, a negative's the share of positives it
    loses to, less half the area, each over its class's share of the cases (the terms of Hoeffding's
    projection; DeLong's variance is that of their sum). Changing sign at random exchanges two
    models within a case, as Bandos, Rockette and Gur 2005, Stat Med 24:2873.

    Args:
        positive: Shape ``(n,)``, both classes present.
        scores: Shape ``(n, m)``.

    Returns:
        Shape ``(n, m)``.

    >>> terms = area_terms(np.array([False, True, True]), np.array([[0.2], [0.1], [0.3]]))
    >>> float(terms.mean())
    0.5
    """
    wins, losses = placements(positive, scores)
    # From whole numbers, so that its bits do not depend on the order of rows.
    halves = np.rint(wins * (2 * len(losses))).sum(axis=0) / (4 * len(losses) * len(wins))
    terms = np.empty(scores.shape)
    terms[positive] = (wins - halves) * (len(positive) / len(wins))
    terms[~positive] = (losses - halves) * (len(positive) / len(losses))
    return terms


def _share_below(values: NDArray[np.float64], ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of ``ordered`` below each value, ties counting half."""
    # Sorted queries walk the table once: several times faster than random ones.
    order = np.argsort(values)
    queries = values[order]
    twice = np.searchsorted(ordered, queries, "left") + np.searchsorted(ordered, queries, "right")
    shares = np.empty(len(values))
    shares[order] = twice / (2 * len(ordered))
    return shares


def _covariance(table: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sample covariance of the columns."""
    centred = table - table.mean(axis=0)
    return np.asarray(centred.T @ centred / (len(table) - 1))


def _clustered(
    positive: NDArray[np.bool_],
    wins: NDArray[np.float64],
    losses: NDArray[np.float64],
    units: ArrayLike,
) -> NDArray[np.float64]:
    """Return Obuchowski's covariance from placements centred at the area."""
    places, n_units = unit_codes(units, len(positive))
    up, down = np.zeros((n_units, wins.shape[1])), np.zeros((n_units, wins.shape[1]))
    np.add.at(up, places[positive], wins)
    np.add.at(down, places[~positive], losses)
    with_positive = len(np.unique(places[positive]))
    with_negative = len(np.unique(places[~positive]))
    if min(with_positive, with_negative) < 2:
        raise DataError("the clustered variance needs at least two units with each class")
    n_positive, n_negative = len(wins), len(losses)
    both = up.T @ down
    return np.asarray(
        up.T @ up * with_positive / ((with_positive - 1) * n_positive**2)
        + down.T @ down * with_negative / ((with_negative - 1) * n_negative**2)
        + (both + both.T) * n_units / ((n_units - 1) * n_positive * n_negative)
    )
