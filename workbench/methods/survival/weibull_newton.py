"""Newton's method for the Weibull likelihood, and the way back to coefficients of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.survival.observed import Observed
from workbench.methods.survival.weibull_likelihood import WeibullTerms

_STEPS, _LOOSE = 100, 1e3


def terms_of(observed: Observed, scaled: NDArray[np.float64], shift: float) -> WeibullTerms:
    """Return the likelihood with times divided by their geometric mean."""
    entry = np.zeros(len(observed)) if observed.entry is None else observed.entry
    with np.errstate(divide="ignore"):
        log_entry = np.log(entry) - shift
    return WeibullTerms(
        np.column_stack([np.ones(len(observed)), scaled]),
        np.log(observed.time) - shift,
        observed.event == 1,
        log_entry,
        observed.weights,
    )


def maximum(
    terms: WeibullTerms,
    names: Sequence[str],
    scale: float | None,
    start: tuple[NDArray[np.float64], float] | None = None,
) -> tuple[NDArray[np.float64], float, int]:
    """Return where the likelihood is largest, and after how many steps."""
    b = np.zeros(terms.design.shape[1])
    a = 1.0 if scale is None else 1.0 / scale
    if start is None:
        events = float(terms.weights @ terms.event)
        b[0] = np.log(float(terms.weights @ np.exp(a * terms.log_time)) / events)
    else:
        b[0], a = start[0][0], start[1]
    free = len(b) + (scale is None)
    value = terms.value(b, a)
    for step in range(1, _STEPS + 1):
        score = (terms.weights @ terms.scores(b, a))[:free]
        move = np.linalg.solve(terms.information(b, a)[:free, :free], score)
        share = 1.0
        gain = float(score @ move)
        while True:
            new_b = b + share * move[: len(b)]
            new_a = a + share * float(move[len(b)]) if scale is None else a
            new = terms.value(new_b, new_a)
            if new >= value + 1e-4 * share * gain or share < 1e-6:
                break
            share /= 2
        b, a, value = new_b, new_a, new
        if abs(gain) < 1e-12 * max(1.0, abs(value)):
            _check_separation(terms.information(b, a)[:free, :free], names)
            return b, a, step
    raise DataError(
        f"Weibull regression did not converge in {_STEPS} steps [not-converged]",
        remedy="look for covariates of very different size, or for too few events",
    )


def _check_separation(information: NDArray[np.float64], names: Sequence[str]) -> None:
    """Refuse coefficients that nothing holds: without events their information fades away.

    A standardised coefficient with any event on both sides has an error far below 1000.
    """
    held = np.diag(information)[1 : 1 + len(names)]
    error = np.sqrt(np.abs(np.diag(np.linalg.pinv(information, hermitian=True))))
    loose = np.flatnonzero((error[1 : 1 + len(names)] > _LOOSE) | (held < _LOOSE**-2))
    if len(loose):
        raise DataError(
            f"the coefficient of {names[loose[0]]} has no end [separation]: a group of it has no "
            "event",
            remedy="join groups, or leave the covariate out",
        )


@dataclass(frozen=True, eq=False)
class TimeScale:
    """Coefficients of the logarithm of time, and their derivatives by ``(b, a)``."""

    intercept: float
    coefficients: NDArray[np.float64]
    jacobian: NDArray[np.float64]


def to_time_scale(
    b: NDArray[np.float64],
    a: float,
    shift: float,
    middle: NDArray[np.float64],
    spread: NDArray[np.float64],
    *,
    fixed: bool,
) -> TimeScale:
    """Undo scaling: ``beta = b / a`` in the units of the covariates, ``log scale = -log a``."""
    slopes = b[1:] / a / spread
    p = len(b)
    undo = np.eye(p)
    undo[0, 1:] = -middle / spread
    undo[1:, 1:] = np.diag(1.0 / spread)
    jacobian = np.zeros((p + 1, p + 1))
    jacobian[:p, :p] = undo / a
    jacobian[:p, p] = -(undo @ b) / a**2
    jacobian[p, p] = -1.0 / a
    keep = p if fixed else p + 1
    return TimeScale(float(b[0] / a + shift - middle @ slopes), slopes, jacobian[:keep, :keep])


def covariance_of(
    observed: Observed,
    terms: WeibullTerms,
    b: NDArray[np.float64],
    a: float,
    scale: float | None,
    robust: bool,
) -> NDArray[np.float64]:
    """Return the covariance of ``(b, a)``: inverse information, or the sandwich around it."""
    free = len(b) + (scale is None)
    inverse = np.linalg.inv(terms.information(b, a)[:free, :free])
    if not robust:
        return np.asarray(inverse)
    scores = terms.scores(b, a)[:, :free] * terms.weights[:, None]
    if observed.cluster is not None:
        totals = np.zeros((int(observed.cluster.max()) + 1, free))
        np.add.at(totals, observed.cluster, scores)
        scores = totals
    moved = scores @ inverse
    return np.asarray(moved.T @ moved)
