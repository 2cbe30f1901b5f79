"""Which target an event hits: by distance, by overlap of boxes, or by a mask of targets.

Each function returns for every event the number of its target within the case (from 0, in the order
of the targets given), or -1. An event hits one target at most: the nearest, or the one it overlaps
most; ties go to the first. Several events may hit the same target.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, UsageError
from workbench.metrics import inputs
from workbench.metrics.arrays import numbers
from workbench.metrics.events import MISS

Merit = Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]


def hit_by_distance(
    points: ArrayLike,
    case: ArrayLike,
    centres: ArrayLike,
    target_case: ArrayLike,
    radius: ArrayLike,
) -> NDArray[np.int64]:
    """Return the nearest target within whose radius a point lies (its rim included).

    Args:
        points: Places of the events, shape ``(m, d)``, in one unit with centres and radius.
        case: Case of each event, shape ``(m,)``.
        centres: Centres of the targets, shape ``(k, d)``.
        target_case: Case of each target, shape ``(k,)``.
        radius: Radius of each target, shape ``(k,)``, or one for all; above 0.

    Raises:
        DataError: Shapes that do not fit, NaN, or a radius that is not above 0.

    >>> hit_by_distance([[0, 0], [5, 5]], [0, 0], [[1, 0], [0, 2]], [0, 0], 2.0).tolist()
    [0, -1]
    """
    places, middles = _table(points, "points"), _table(centres, "centres")
    sizes = np.broadcast_to(inputs.values(np.atleast_1d(radius), "radius"), (len(middles),))
    if len(sizes) and sizes.min() <= 0:
        raise DataError("a radius must be above 0", where=f"target {sizes.argmin()}")

    def merit(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
        apart = np.linalg.norm(places[rows, None] - middles[None, columns], axis=2)
        return np.where(apart <= sizes[columns], -apart, -np.inf)

    return _assigned(places, case, middles, target_case, merit)


def hit_by_overlap(
    boxes: ArrayLike, case: ArrayLike, targets: ArrayLike, target_case: ArrayLike, least: float
) -> NDArray[np.int64]:
    """Return the target whose box an event's box overlaps most, by intersection over union.

    Args:
        boxes: Lower corner, then upper corner of each event, shape ``(m, 2 d)``.
        case: Case of each event, shape ``(m,)``.
        targets: Boxes of the targets, shape ``(k, 2 d)``.
        target_case: Case of each target, shape ``(k,)``.
        least: Smallest intersection over union that counts as a hit, above 0, at most 1.

    Raises:
        DataError: Shapes that do not fit, NaN, or a box that is upside down or empty.
        UsageError: ``least`` is out of range.

    >>> hit_by_overlap([[0, 0, 2, 2]], [0], [[1, 0, 3, 2], [0, 0, 2, 3]], [0, 0], 0.5).tolist()
    [1]
    """
    if not 0.0 < least <= 1.0:
        raise UsageError(f"least lies above 0 and at most at 1, got {least}")
    drawn, true = _boxes(boxes, "boxes"), _boxes(targets, "targets")

    def merit(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.float64]:
        one, two = drawn[rows][:, None], true[columns][None]
        low, high = np.maximum(one, two)[:, :, 0], np.minimum(one, two)[:, :, 1]
        shared = np.clip(high - low, 0.0, None).prod(axis=2)
        union = shared / (_volume(one) + _volume(two) - shared)
        return np.where(union >= least, union, -np.inf)

    return _assigned(drawn, case, true, target_case, merit)


def hit_by_mask(points: ArrayLike, mask: ArrayLike) -> NDArray[np.int64]:
    """Return the target under each point of one case; points outside the mask hit none.

    Args:
        points: Whole array indices, shape ``(m, d)``, in the order of the mask's axes.
        mask: Whole numbers: 0 for no target, ``i + 1`` for target ``i``; ``d`` axes.

    Raises:
        DataError: Points that are not whole or do not fit the mask.

    >>> hit_by_mask([[0, 1], [1, 0], [9, 9]], [[0, 2], [0, 0]]).tolist()
    [1, -1, -1]
    """
    labels = inputs.whole_numbers(mask, "mask", 0)
    places = _table(points, "points")
    if len(places) == 0:
        return np.empty(0, dtype=np.int64)
    if places.shape[1] != labels.ndim or not np.array_equal(places, np.rint(places)):
        raise DataError(f"points must be whole indices of a mask of shape {labels.shape}")
    inside = ((places >= 0) & (places < labels.shape)).all(axis=1)
    found = np.full(len(places), MISS)
    found[inside] = labels[tuple(places[inside].astype(np.int64).T)] - 1
    return found


def _assigned(
    things: NDArray[np.float64],
    case: ArrayLike,
    targets: NDArray[np.float64],
    target_case: ArrayLike,
    merit: Merit,
) -> NDArray[np.int64]:
    """Return for each event the number of the target of largest merit in its case."""
    of_event = inputs.whole_numbers(case, "case", 0)
    of_target = inputs.whole_numbers(target_case, "target_case", 0)
    if len(of_event) != len(things) or len(of_target) != len(targets):
        raise DataError(
            f"{len(things)} events need as many cases, got {len(of_event)}; "
            f"{len(targets)} targets need as many, got {len(of_target)}"
        )
    if len(things) and len(targets) and things.shape[1:] != targets.shape[1:]:
        raise DataError(f"events and targets have shapes {things.shape} and {targets.shape}")
    found = np.full(len(things), MISS, dtype=np.int64)
    for number in np.intersect1d(of_event, of_target):
        rows, columns = np.flatnonzero(of_event == number), np.flatnonzero(of_target == number)
        values = merit(rows, columns)
        found[rows] = np.where(values.max(axis=1) > -np.inf, values.argmax(axis=1), MISS)
    return found


def _table(array: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return finite numbers of shape ``(m, d)``; no rows at all are allowed."""
    found = numbers(array, what)
    if found.size == 0:
        return found.reshape(0, 1)
    if found.ndim != 2:
        raise DataError(f"{what} must be one row each, got shape {found.shape}")
    return inputs.values(found, what)


def _boxes(array: ArrayLike, what: str) -> NDArray[np.float64]:
    """Return boxes as lower and upper corners, shape ``(m, 2, d)``."""
    corners = _table(array, what)
    if len(corners) == 0:
        return corners.reshape(0, 1, 1)
    if corners.shape[1] % 2:
        raise DataError(f"{what} need a lower and an upper corner, got shape {corners.shape}")
    split = corners.reshape(len(corners), 2, -1)
    empty = np.flatnonzero((split[:, 0] >= split[:, 1]).any(axis=1))
    if empty.size:
        raise DataError(f"{what}: a box is empty or upside down", where=f"row {empty[0]}")
    return split


def _volume(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the area or volume of boxes of shape ``(..., 2, d)``."""
    return np.asarray((boxes[..., 1, :] - boxes[..., 0, :]).prod(axis=-1))
