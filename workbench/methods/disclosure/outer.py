"""Ends of hidden cells from one relation at a time: what any reader can say of them and no less.

Each relation bounds each of its cells by the ends of its others; this is repeated until nothing
changes. The exact ends are never wider: they take all relations at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from workbench.methods.disclosure.attacker import Known
from workbench.methods.disclosure.system import Floats

_ROUNDS = 20


def outer_bounds(known: Known) -> tuple[Floats, Floats]:
    """Return ends of every cell that hold the exact ones between them, ``(m,)`` each.

    >>> from workbench.methods.disclosure.system import System
    >>> adds = System(csr_matrix([[1.0, 1.0, -1.0]]), np.zeros(1))
    >>> ends = np.array([1.0, 1, 9]), np.array([np.inf, np.inf, 9])
    >>> two = Known(adds, *ends, np.array([4.0, 5, 9]))
    >>> [end.tolist() for end in outer_bounds(two)]
    [[1.0, 1.0, 9.0], [8.0, 8.0, 9.0]]
    """
    system, low, high = known.system, known.low.copy(), known.high.copy()
    exact = np.isfinite(system.low)
    rows = _signed(system.matrix), _signed(-system.matrix[exact])
    for _ in range(_ROUNDS):
        before = low.copy(), high.copy()
        for up, down, places in rows:
            _narrow(up, down, places, low, high)
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return low, high


def _signed(matrix: csr_matrix) -> tuple[Any, Any, Any]:
    """Return the rows' cells with a sign above 0, those with one below, and the row of each."""
    up, down = csr_matrix(matrix.maximum(0)), csr_matrix(-matrix.minimum(0))
    up.eliminate_zeros()
    down.eliminate_zeros()
    places = [np.repeat(np.arange(matrix.shape[0]), np.diff(one.indptr)) for one in (up, down)]
    return up, down, places


def _narrow(up: Any, down: Any, places: Any, low: Floats, high: Floats) -> None:
    """Narrow the ends by rows ``sum(up) <= sum(down)``, all at once."""
    endless = np.isinf(high).astype(np.float64)
    finite = np.where(np.isinf(high), 0.0, high)
    least, most, open_ = up @ low, down @ finite, down @ endless
    row, cell = places[0], up.indices
    room = np.where(open_[row] > 0, np.inf, most[row] - least[row] + low[cell])
    top = high.copy()
    np.minimum.at(top, cell, room)
    row, cell = places[1], down.indices
    others = open_[row] - endless[cell] > 0
    rest = least[row] - (most[row] - finite[cell])
    bottom = low.copy()
    np.maximum.at(bottom, cell, np.where(others, -np.inf, rest))
    low[:], high[:] = bottom, top
