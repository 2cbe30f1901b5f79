"""Leave one centre out: the ranking without each centre, as columns of weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError


def left_out_weights(
    centres: Sequence[object] | NDArray[np.generic], n_cases: int
) -> tuple[tuple[str, ...], NDArray[np.uint8]]:
    """Return the centres and weights that leave each out in turn.

    Args:
        centres: Centre of each case, shape ``(n,)``.
        n_cases: How many cases there are.

    Returns:
        Names of the C centres, sorted, and weights of shape ``(n, C)``.

    Raises:
        DataError: Not one centre a case, a centre is missing, or there is only one.

    >>> left_out_weights(["C01", "C02", "C01"], 3)[1].T.tolist()
    [[0, 1, 0], [1, 0, 1]]
    """
    given = list(centres)
    if len(given) != n_cases:
        raise DataError(f"centres have {len(given)} rows, there are {n_cases} cases")
    empty = [i for i, c in enumerate(given) if c is None or c != c or str(c).strip() == ""]
    if empty:
        raise DataError(f"{len(empty)} cases have no centre", where=f"row {empty[0]}")
    names, places = np.unique([str(centre) for centre in given], return_inverse=True)
    if len(names) < 2:
        raise DataError(f"leaving a centre out needs two centres, got {', '.join(names)}")
    weights = (places[:, None] != np.arange(len(names))).astype(np.uint8)
    return tuple(str(name) for name in names), weights
