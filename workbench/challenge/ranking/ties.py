"""Ranks with ties by exact equality, for many rows at once."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import UsageError, did_you_mean

Ties = Literal["min", "max", "average"]
TIES = ("min", "max", "average")


def check_ties(ties: str) -> None:
    """Refuse an unknown method for ties."""
    if ties not in TIES:
        hint = did_you_mean(ties, TIES)
        raise UsageError(f"ties is min, max or average, got '{ties}'", remedy=hint)


def ranks_of(
    scores: ArrayLike, *, smaller_is_better: bool, ties: Ties = "min"
) -> NDArray[np.float64]:
    """Return the rank of each score in its row; 1 is best.

    Args:
        scores: Shape ``(B, m)`` or ``(m,)``. Equal numbers tie; NaN comes last (all NaN tie).
        smaller_is_better: Whether the smallest score has rank 1.
        ties: Equal scores share the smallest place (``min``: 1, 2, 2, 4), the largest (``max``:
            1, 3, 3, 4) or the middle (``average``: 1, 2.5, 2.5, 4). Same as R ``rank``.

    Returns:
        Same shape.

    >>> ranks_of([0.9, 0.7, 0.9, 0.8], smaller_is_better=False).tolist()
    [1.0, 4.0, 1.0, 3.0]
    """
    check_ties(ties)
    table = np.asarray(scores, dtype=np.float64)
    key = np.atleast_2d(table if smaller_is_better else -table)
    key = np.where(np.isnan(key), np.inf, key)
    order = np.argsort(key, axis=1, kind="stable")
    ordered = np.take_along_axis(key, order, axis=1)
    places = np.arange(key.shape[1], dtype=np.float64)
    new = np.ones(key.shape, dtype=bool)
    new[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    first = np.maximum.accumulate(np.where(new, places, 0.0), axis=1)
    rank = first + 1
    if ties != "min":
        ends = np.ones(key.shape, dtype=bool)
        ends[:, :-1] = new[:, 1:]
        last = np.where(ends, places, np.inf)[:, ::-1]
        largest = np.minimum.accumulate(last, axis=1)[:, ::-1] + 1
        rank = largest if ties == "max" else (rank + largest) / 2
    ranks = np.empty(key.shape)
    np.put_along_axis(ranks, order, rank, axis=1)
    return ranks.reshape(table.shape)
