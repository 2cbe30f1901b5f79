"""The Ladder: a score is released only where it is a significant improvement.

Blum and Hardt 2015, "The Ladder: a reliable leaderboard for machine learning competitions",
ICML, section 3.2: the parameter-free Ladder. A score is released, rounded to a multiple of 1/n, if
it beats the last one released by more than one standard error of the paired difference; otherwise
the last one is said again. Two forms of the one rule: :class:`Ladder` has the losses of each unit
and is exact where they are counts; :func:`release` has what a board stores of each submission.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError
from workbench.metrics.base import Direction
from workbench.metrics.sums import on_grid


class Rung(NamedTuple):
    """A scored submission of a team in a phase, as the event log has it.

    Attributes:
        value: The primary metric.
        resampled: The same on the card's resamples, shape ``(B,)``.
        released: What was released when it was scored; None where nothing was.
    """

    value: float
    resampled: NDArray[np.float64]
    released: float | None


class Ladder:
    """The Ladder over sums of units; its state is the last release and the sums behind it.

    Args:
        sizes: Number of cases of each unit, shape ``(u,)``.
        maximize: Whether more is better (accuracy) or less (a loss).
        denominator: What whole-number sums are divided by.

    The example of the authors' page (mrtzh/Ladder.jl), whose second answer lies exactly on the
    threshold and is not released:

    >>> truth = np.array([1, 0, 1, 1, 1, 0])
    >>> answers = [0, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0]
    >>> ladder = Ladder(np.ones(6, dtype=int), maximize=False)
    >>> [round(ladder.submit(truth != np.array(answer)), 4) for answer in answers]
    [0.6667, 0.6667, 0.3333]
    """

    def __init__(self, sizes: ArrayLike, *, maximize: bool, denominator: int = 1) -> None:
        self.sizes = np.asarray(sizes, dtype=np.int64)
        if self.sizes.ndim != 1 or len(self.sizes) < 2 or (self.sizes < 1).any():
            raise DataError("the Ladder needs two units or more, each of one case or more")
        self.n_cases = int(self.sizes.sum())
        self.sign = 1 if maximize else -1
        self.denominator = denominator
        self.released: Fraction | None = None
        self._best: NDArray[Any] | None = None

    def submit(self, sums: ArrayLike) -> float:
        """Take a submission's sums; return the score that is released for it.

        Args:
            sums: Sum of the per-case values of each unit, shape ``(u,)``; whole numbers (or truth
                values) are treated exactly.

        Raises:
            DataError: The shape does not fit, or a value is not finite.
        """
        values = self._checked(sums)
        score = _whole(values.sum()) / (self.denominator * self.n_cases)
        if self.released is None or self._improves(values, score):
            self.released = Fraction(round(score * self.n_cases), self.n_cases)
            self._best = values
        return float(self.released)

    def _improves(self, values: NDArray[Any], score: Fraction) -> bool:
        """Return whether the gain exceeds the standard error of the mean paired difference."""
        assert self.released is not None and self._best is not None
        gain = self.sign * (score - self.released)
        if gain <= 0:
            return False
        change = _exact(values - self._best)
        n, n_units, total = self.n_cases, len(values), _whole(change.sum())
        squares = _whole(_exact(change * change).sum())
        crossed = _whole(_exact(change * self.sizes).sum())
        # Sum of squared residuals of the ratio estimator, times n squared.
        residual = n * n * squares - 2 * n * total * crossed + total**2 * _sum_of_squares(self)
        variance = Fraction(n_units, n_units - 1) * residual / (n * n * self.denominator) ** 2
        return gain * gain > variance

    def _checked(self, sums: ArrayLike) -> NDArray[Any]:
        """Return the sums as whole numbers, or as real ones that add up exactly."""
        values = np.asarray(sums)
        if values.shape != self.sizes.shape:
            raise DataError(f"the Ladder has {len(self.sizes)} units, got shape {values.shape}")
        if values.dtype.kind in "bui":
            return values.astype(np.int64)
        if not np.isfinite(values).all():
            raise DataError("the values hold NaN or infinity")
        return _exact(values.astype(np.float64))


def release(
    value: float,
    resampled: NDArray[np.float64],
    before: Sequence[Rung],
    *,
    direction: Direction,
    n_cases: int,
    n_units: int,
    target: float = math.nan,
) -> float:
    """Return the score that is released for a submission, from what a board stores.

    The standard error is that of the card's bootstrap over units, for any metric; it is widened by
    the root of ``u / (u - 1)``, as the bootstrap of u units is that much too narrow.

    Args:
        value: Its primary metric.
        resampled: The same on the card's resamples, shape ``(B,)``; NaN where undefined.
        before: The team's earlier submissions in the phase, in order of arrival.
        direction: Which values are better.
        n_cases: Released values are multiples of one n-th.
        n_units: Number of units that were resampled.
        target: The right value where the direction is ``target``.

    >>> first = Rung(0.7, np.array([0.68, 0.72]), 0.7)
    >>> release(0.71, np.array([0.66, 0.76]), [first], direction="maximize", n_cases=10, n_units=9)
    0.7
    """
    rounded = round(value * n_cases) / n_cases
    best = None
    for rung in before:
        if rung.released is not None and (best is None or rung.released != best.released):
            best = rung
    if best is None or best.released is None:
        return rounded

    def goodness(score: NDArray[np.float64] | float) -> NDArray[np.float64]:
        compared = -np.abs(score - target) if direction == "target" else np.asarray(score)
        return np.asarray(-compared if direction == "minimize" else compared)

    apart = goodness(resampled) - goodness(best.resampled)
    apart = apart[~np.isnan(apart)]
    if len(apart) < 2:
        return best.released
    error = float(apart.std(ddof=1)) * math.sqrt(n_units / max(n_units - 1, 1))
    gain = float(goodness(value) - goodness(best.released))
    return rounded if gain > error else best.released


def _sum_of_squares(ladder: Ladder) -> int:
    """Return the sum of the squared sizes."""
    return int((ladder.sizes * ladder.sizes).sum())


def _exact(values: NDArray[Any]) -> NDArray[Any]:
    """Return values whose sum is exact, whatever the order of the units."""
    return on_grid(values, 4 * len(values)) if values.dtype.kind == "f" else values


def _whole(number: Any) -> Fraction:
    """Return a sum as a ratio of whole numbers."""
    return Fraction(number.item())
