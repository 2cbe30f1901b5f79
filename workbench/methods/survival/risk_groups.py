"""Groups of persons by predicted risk, for curves and tables: thirds, equal risks together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from workbench.metrics import inputs

LABELS = ("low risk", "middle risk", "high risk")


def risk_groups(
    risk: ArrayLike, within: Sequence[object] | None = None
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """Return the third of predicted risk each person is in, and the names of the thirds.

    Equal risks have the same rank and stay together, so a third may be empty and is then left out.

    Args:
        risk: Higher is earlier, ``(n,)``.
        within: Which model predicted each person, such as the fold: risks of two models have no
            common scale, so that persons are ranked among those of their own.

    Returns:
        Numbers from 0 (lowest), ``(n,)``, and the names by number.

    >>> risk_groups([0.1, 0.4, 0.3, 0.2, 0.9, 0.8])[0].tolist()
    [0, 1, 1, 0, 2, 2]
    >>> risk_groups([1.0, 1.0, 2.0, 2.0])
    (array([0, 0, 1, 1]), ('low risk', 'high risk'))
    >>> risk_groups([0.0, 0.0, 7.0, 7.0], within=[1, 1, 2, 2])[1]
    ('one risk',)
    """
    found = inputs.values(risk, "risk", len(np.atleast_1d(np.asarray(risk))))
    folds = np.zeros(len(found)) if within is None else np.asarray([str(one) for one in within])
    share = np.empty(len(found))
    for fold in np.unique(folds):
        own = folds == fold
        share[own] = (rankdata(found[own]) - 0.5) / own.sum()
    present, codes = np.unique((share > 1 / 3).astype(int) + (share > 2 / 3), return_inverse=True)
    names = tuple(LABELS[number] for number in present) if len(present) > 1 else ("one risk",)
    return codes.astype(np.int64), names
