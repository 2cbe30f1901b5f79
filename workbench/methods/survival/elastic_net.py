"""The maximum of a log likelihood less an elastic-net penalty, by proximal Newton steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve

from workbench.errors import RunError
from workbench.methods.survival.partial_likelihood import Likelihood

Floats = NDArray[np.float64]
_TIGHT = 1e-9  # of the optimality conditions, relative to the largest gradient at no coefficients
_MOST_STEPS = 100
_MOST_SWEEPS = 10_000
_JUMP_EVERY = 5  # sweeps: they settle which coefficients are 0, a jump settles the others


@dataclass(frozen=True, eq=False)
class Penalty:
    """A penalty ``sum(lasso |b| + ridge b^2 / 2)``, of each coefficient its own.

    Attributes:
        lasso: Not negative, ``(p,)``.
        ridge: Not negative, ``(p,)``.
    """

    lasso: Floats
    ridge: Floats

    def of(self, coefficients: Floats) -> float:
        """Return the penalty of some coefficients."""
        return float(self.lasso @ np.abs(coefficients) + self.ridge @ coefficients**2 / 2)

    def gap(self, coefficients: Floats, score: Floats) -> float:
        """Return how far the conditions of optimality are from holding; 0 at the maximum."""
        pull = score - self.ridge * coefficients
        at_zero = np.maximum(np.abs(pull) - self.lasso, 0.0)
        away = np.abs(pull - np.sign(coefficients) * self.lasso)
        return float(np.max(np.where(coefficients == 0, at_zero, away), initial=0.0))


def penalised_maximum(
    evaluate: Callable[[Floats], Likelihood], penalty: Penalty, start: Floats, scale: float
) -> tuple[Floats, Likelihood]:
    """Return the coefficients of the highest penalised likelihood, and the likelihood there.

    Each step solves the penalised quadratic problem by coordinate descent (Simon et al. 2011,
    J Stat Softw 39:5) and is halved where it overshoots. It ends when the conditions of optimality
    hold to 1e-9 of ``scale``: the problem is convex, so they prove the maximum.

    Args:
        evaluate: The log likelihood at coefficients.
        penalty: What is taken off.
        start: Where to begin, ``(p,)``.
        scale: Size of a gradient.

    Raises:
        RunError: ``not-converged``.
    """
    place, here = start, evaluate(start)
    for _ in range(_MOST_STEPS):
        if penalty.gap(place, here.score) <= _TIGHT * scale:
            return place, here
        goal = _quadratic(here, penalty, place, 0.1 * _TIGHT * scale)
        step, share = goal - place, 1.0
        floor = here.value - penalty.of(place)
        floor -= 1e-12 * (1 + abs(floor))
        while True:
            there = place + share * step
            ahead = evaluate(there)
            if ahead.value - penalty.of(there) >= floor or share < 1e-8:
                break
            share /= 2
        if share < 1e-8:
            break
        place, here = there, ahead
    raise RunError(
        "the penalised regression did not converge [not-converged]",
        remedy="raise the smallest penalty, or look for extreme values in the columns",
    )


def _quadratic(here: Likelihood, penalty: Penalty, place: Floats, tight: float) -> Floats:
    """Return the maximum of the quadratic approximation less the penalty."""
    matrix, beta = here.information, place.copy()
    movable = np.flatnonzero(np.diag(matrix) > 0)
    if not penalty.lasso.any():
        curved = (matrix + np.diag(penalty.ridge))[np.ix_(movable, movable)]
        pull = here.score - penalty.ridge * place
        beta[movable] += np.linalg.solve(curved, pull[movable])
        return beta
    slope = here.score.copy()  # of the quadratic at beta, without the penalty
    curve = np.diag(matrix) + penalty.ridge
    active = movable[beta[movable] != 0]
    for sweep in range(1, _MOST_SWEEPS):
        moved = _sweep(active, beta, slope, matrix, curve, penalty)
        if sweep % _JUMP_EVERY == 0 and moved > tight:
            _jump(active[beta[active] != 0], beta, slope, matrix, penalty)
        if moved <= tight:
            pull = np.abs(slope) - penalty.lasso
            new = movable[(pull[movable] > tight) & (beta[movable] == 0)]
            if not len(new):
                break
            active = np.sort(np.concatenate([active[beta[active] != 0], new]))
    return beta


def _sweep(
    active: NDArray[np.int64],
    beta: Floats,
    slope: Floats,
    matrix: Floats,
    curve: Floats,
    penalty: Penalty,
) -> float:
    """Move each active coefficient to its best value once; return the largest change of slope."""
    largest = 0.0
    for j in active.tolist():
        goal = slope[j] + matrix[j, j] * beta[j]
        new = np.sign(goal) * max(abs(goal) - penalty.lasso[j], 0.0) / curve[j]
        change = new - beta[j]
        if change:
            beta[j] = new
            slope -= matrix[j] * change
            largest = max(largest, abs(change) * curve[j])
    return largest


def _jump(
    active: NDArray[np.int64], beta: Floats, slope: Floats, matrix: Floats, penalty: Penalty
) -> None:
    """Move coefficients that are not 0 to where all are best together, or as far as none turns."""
    now = beta[active]
    sign = np.sign(now)
    goal = slope[active] - penalty.ridge[active] * now - penalty.lasso[active] * sign
    block = matrix[np.ix_(active, active)] + np.diag(penalty.ridge[active])
    try:
        change = cho_solve(cho_factor(block), goal)
    except np.linalg.LinAlgError:
        return  # more columns than rows can tell apart: the sweeps go on alone
    turning = sign * (now + change) < 0
    share = float(np.min(-now[turning] / change[turning], initial=1.0))
    beta[active] = now + share * change
    if turning.any():
        first = np.flatnonzero(turning)[np.argmin(-now[turning] / change[turning])]
        beta[active[first]] = 0.0
    slope -= matrix[:, active] @ (beta[active] - now)
