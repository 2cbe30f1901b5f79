"""Draws units (patients) with replacement: keyed on sorted unit ids, so row order is nothing.

Draws are made from the raw output of PCG64, which NumPy keeps stable for ever (unlike
``Generator.integers``): resample number b of a given seed and number of units is the same on every
machine, with every NumPy, and however many resamples are asked for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.choices import check_whole
from workbench.metrics.compiled import kernels


def unit_codes(units: ArrayLike, n_cases: int | None = None) -> tuple[NDArray[np.int64], int]:
    """Return each row's unit number (by sorted id) and how many units there are.

    Args:
        units: Unit ids, shape ``(n,)``; compared as text.
        n_cases: Number of rows of the truth, where there is one.

    Raises:
        DataError: Not one id a row, a missing id, or fewer than two units.

    >>> unit_codes(["p2", "p1", "p2"])
    (array([1, 0, 1]), 2)
    """
    ids = np.asarray(units, dtype=object)
    if ids.ndim != 1:
        raise DataError(f"units must be one id a row, got shape {ids.shape}")
    if n_cases is not None and len(ids) != n_cases:
        raise DataError(
            f"units have {len(ids)} rows, truth has {n_cases}",
            remedy="give the unit of each row, in the order of the truth",
        )
    rows = ids.tolist()
    missing = [i for i, unit in enumerate(rows) if _is_missing(unit)]
    if missing:
        raise DataError(
            f"{len(missing)} rows have no unit id",
            where=f"row {missing[0]}",
            remedy="say whose each row is: intervals are over units, not rows",
        )
    # A dictionary: np.unique would sort every row's text, not every unit's.
    texts = [str(unit) for unit in rows]
    found = sorted(set(texts))
    if len(found) < 2:
        raise DataError(
            f"an interval needs at least two units, got {len(found)}",
            remedy="score more patients; one patient says nothing of others",
        )
    place = {text: number for number, text in enumerate(found)}
    return np.array([place[text] for text in texts], dtype=np.int64), len(found)


def _is_missing(unit: Any) -> bool:
    """Return whether a unit id is None, blank, or NaN (pandas' NA and NaT included)."""
    if type(unit) is str:
        return not unit.strip()
    if unit is None or str(unit).strip() == "":
        return True
    same = unit == unit
    return not isinstance(same, bool | np.bool_) or not same


def draw_counts(n_units: int, resamples: int, seed: int, *, stream: int = 0) -> NDArray[Any]:
    """Return how often each unit is drawn in each resample, shape ``(n_units, resamples)``.

    Counts are uint8 where they fit, else uint16.

    Args:
        n_units: Number of units; as many are drawn, with replacement.
        resamples: Number of resamples.
        seed: Seed, ``0 .. 2**63``.
        stream: Number of an independent stream (one a stratum).
    """
    counts: NDArray[Any] = np.empty((n_units, resamples), dtype=np.uint8)
    generator = np.random.PCG64(np.random.SeedSequence([seed, stream]))
    pairs = (n_units + 1) // 2
    block = max(1, 4_000_000 // pairs)
    for first in range(0, resamples, block):
        part = np.zeros((min(block, resamples - first), n_units), dtype=np.uint16)
        raw = generator.random_raw(len(part) * pairs).astype("<u8", copy=False)
        _count_draws(raw.view("<u4").reshape(len(part), 2 * pairs), n_units, part)
        if part.max() > 255 and counts.dtype == np.uint8:
            counts = counts.astype(np.uint16)
        counts[:, first : first + len(part)] = part.T
    return counts


def _count_draws(raw: NDArray[np.uint32], n_units: int, counts: NDArray[np.uint16]) -> None:
    """Turn random words into drawn units and count them, row by row."""
    compiled = kernels(counts.size)
    if compiled is not None:
        compiled.count_draws(raw, n_units, counts)
        return
    for words, row in zip(raw, counts, strict=True):
        drawn = (words[:n_units].astype(np.uint64) * np.uint64(n_units)) >> np.uint64(32)
        row[:] = np.bincount(drawn.astype(np.int64), minlength=n_units)


def unit_weights(
    units: ArrayLike, resamples: int, seed: int, strata: ArrayLike | None = None
) -> NDArray[Any]:
    """Return bootstrap weights of rows: every row of a unit is drawn together.

    Args:
        units: Unit ids, shape ``(n,)``.
        resamples: Number of resamples B.
        seed: Seed of the draws.
        strata: Optional stratum of each row; the same for all rows of a unit. Units are then drawn
            within their stratum.

    Returns:
        Counts of shape ``(n, B)``, uint8 where they fit.

    Raises:
        DataError: Missing unit ids, fewer than two units, or a unit in two strata.

    >>> weights = unit_weights(["a", "a", "b"], resamples=3, seed=1)
    >>> bool((weights[0] == weights[1]).all())
    True
    """
    check_whole("resamples", resamples, 1)
    check_whole("seed", seed, 0)
    return code_weights(*unit_codes(units), resamples, seed, strata)


def code_weights(
    places: NDArray[np.int64],
    n_units: int,
    resamples: int,
    seed: int,
    strata: ArrayLike | None = None,
) -> NDArray[Any]:
    """Return bootstrap weights of rows whose units are numbered; see :func:`unit_weights`."""
    if strata is None:
        counts = draw_counts(n_units, resamples, seed)
    else:
        found = np.asarray(strata)
        if found.shape != places.shape:
            raise DataError(f"strata have shape {found.shape}, units have {len(places)} rows")
        counts = _stratified_counts(places, n_units, found, resamples, seed)
    return counts[places]


def _stratified_counts(
    places: NDArray[np.int64], n_units: int, strata: NDArray[Any], resamples: int, seed: int
) -> NDArray[Any]:
    """Draw units within strata; each stratum has its own stream."""
    missing = [i for i, name in enumerate(strata.tolist()) if _is_missing(name)]
    if missing:
        raise DataError(f"{len(missing)} rows have no stratum", where=f"row {missing[0]}")
    _, stratum = np.unique(strata.astype(str), return_inverse=True)
    of_unit = np.zeros(n_units, dtype=np.int64)
    of_unit[places] = stratum
    if not np.array_equal(of_unit[places], stratum):
        raise DataError("a unit lies in two strata: strata must be a property of the unit")
    counts = np.empty((n_units, resamples), dtype=np.uint16)
    for number in range(int(stratum.max()) + 1):
        members = np.flatnonzero(of_unit == number)
        counts[members] = draw_counts(len(members), resamples, seed, stream=number + 1)
    return counts.astype(np.uint8) if counts.max() <= 255 else counts


def rarest_class_strata(truth: NDArray[np.int64], units: ArrayLike) -> NDArray[np.int64]:
    """Return a stratum for each row: the rarest class its unit has.

    Drawing within these strata keeps every class in every resample (as long as each class is the
    rarest one of some unit), with the fewest strata that do so.

    Args:
        truth: Class numbers, shape ``(n,)``.
        units: Unit ids, shape ``(n,)``.

    >>> rarest_class_strata(np.array([0, 0, 1, 0]), ["a", "b", "b", "c"]).tolist()
    [0, 1, 1, 0]
    """
    places, n_units = unit_codes(units)
    has = np.zeros((n_units, int(truth.max()) + 1), dtype=bool)
    has[places, truth] = True
    held_by = np.where(has, has.sum(axis=0), n_units + 1)
    rarest = held_by.shape[1] - 1 - held_by[:, ::-1].argmin(axis=1)
    return np.asarray(rarest[places])
