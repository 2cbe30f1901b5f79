"""The compiled inner loop of Cox regression (needs numba); NumPy code gives the same numbers."""

from __future__ import annotations

from typing import Any

import numba
import numpy as np


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def information(
    x: Any,
    risk: Any,
    hazard: Any,
    first: Any,
    beyond: Any,
    ends: Any,
    entry_order: Any,
    group_starts: Any,
    event_rows: Any,
    squared: Any,
    mixed: Any,
    own_squared: Any,
) -> Any:
    """Return the information matrix, by one walk from the last event time to the first.

    Args:
        x: Covariates, column-major, ``(n, p)``.
        risk: Risk of each row, ``(n,)``.
        hazard: Hazard each row meets, ``(n,)``.
        first: First row at risk at each event time, ``(K,)``.
        beyond: See ``RiskSets``, ``(K,)``.
        ends: Where the rows of each event time's stratum end, ``(K,)``.
        entry_order: Rows by entry; empty where nobody enters late.
        group_starts: Where each event time starts among ``event_rows``, ``(K,)``.
        event_rows: Rows with the event.
        squared: See ``TieSums``, ``(K,)``, like the next two.
        mixed: Of the same.
        own_squared: Of the same.
    """
    n, p = x.shape
    late = len(entry_order) > 0
    matrix = np.zeros((p, p))
    total, own, row = np.zeros(p), np.zeros(p), np.zeros(p)
    place, end, entered, last = n, n, n, len(event_rows)
    for k in range(len(first) - 1, -1, -1):
        if ends[k] != end:
            total[:] = 0.0  # another stratum begins
            place = entered = end = ends[k]
        while place > first[k]:
            place -= 1
            weight = risk[place] * hazard[place]
            for i in range(p):
                row[i] = x[place, i]
                total[i] += risk[place] * row[i]
            _add(matrix, row, weight)
        while late and entered > beyond[k]:
            entered -= 1
            other = entry_order[entered]
            for i in range(p):
                total[i] -= risk[other] * x[other, i]
        _add(matrix, total, -squared[k])
        if mixed[k] != 0.0:
            own[:] = 0.0
            for event in range(group_starts[k], last):
                for i in range(p):
                    own[i] += risk[event_rows[event]] * x[event_rows[event], i]
            _add(matrix, own, -own_squared[k])
            for i in range(p):
                for j in range(i + 1):
                    matrix[i, j] += mixed[k] * (total[i] * own[j] + own[i] * total[j])
        last = group_starts[k]
    for i in range(p):
        for j in range(i):
            matrix[j, i] = matrix[i, j]
    return matrix


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _add(matrix: Any, row: Any, weight: Any) -> None:
    """Add a weighted square of a row to the lower half of a matrix."""
    for i in range(len(row)):
        scaled = weight * row[i]
        for j in range(i + 1):
            matrix[i, j] += scaled * row[j]
