"""The Ladder: a score is released only where it is a significant improvement.

Blum and Hardt, "The Ladder: a reliable leaderboard for machine learning competitions" (ICML 2015),
section 3.2, the parameter-free Ladder: a new loss is released, rounded to 1/n, if it is below the
last one released by more than one standard error of their paired difference. The standard error is
that of the card's bootstrap over units, so that it holds for every metric.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Rung(NamedTuple):
    """A scored submission of a team in a phase.

    Attributes:
        value: The primary metric.
        resampled: The same on the card's resamples, shape ``(B,)``.
        released: What was released when it was scored.
    """

    value: float
    resampled: NDArray[np.float64]
    released: float | None


def release(
    value: float,
    resampled: NDArray[np.float64],
    before: Sequence[Rung],
    *,
    maximize: bool,
    n_cases: int,
) -> float:
    """Return the score that is released for a submission.

    Args:
        value: Its primary metric.
        resampled: The same on the card's resamples, shape ``(B,)``.
        before: The team's earlier submissions in the phase, in order of arrival.
        maximize: Whether more is better.
        n_cases: Released values are multiples of one n-th.

    >>> import numpy as np
    >>> first = Rung(0.7, np.array([0.68, 0.72]), 0.7)
    >>> release(0.71, np.array([0.66, 0.76]), [first], maximize=True, n_cases=10)
    0.7
    """
    rounded = round(value * n_cases) / n_cases
    best = None
    for rung in before:
        if rung.released is not None and (best is None or rung.released != best.released):
            best = rung
    if best is None or best.released is None:
        return rounded
    error = float(np.nanstd(resampled - best.resampled, ddof=1))
    gain = (value - best.released) * (1 if maximize else -1)
    return rounded if gain > error else best.released
