"""Newton's method up a log likelihood, with the ways it can fail told apart and named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.linalg.lapack import dpotrf, dpotrs

from workbench.errors import DataError, Problem, RunError
from workbench.methods.survival.partial_likelihood import Likelihood

Floats = NDArray[np.float64]
_SAME_VALUE = 1e-10  # relative: rises below this are rounding
# Of the Newton decrement, in units of log likelihood: it lies 1e-7 standard errors below the top.
_CONVERGED = 1e-14
# The same of many events: errors are known to a millionth of themselves, and the step that follows
# makes coefficients exact to far more.
_CONVERGED_OF_MANY, _MANY = 1e-8, 10_000
# A step with the curvature of the step before leaves about the product of both decrements over the
# events, of many events much less: it is taken where that may be the end, give or take this factor.
_CURVATURE_KEPT = 20.0
_ENDLESS = 20.0  # of a coefficient times its column's range: a hazard ratio of half a billion
_NO_DIGITS = 400.0  # of the same: risks differ by so much that sums lose every digit of the small
_DEPENDENT = 1e-9  # share of a column's information that no earlier column explains


@dataclass(frozen=True, eq=False)
class Maximum:
    """Where a log likelihood is highest.

    Attributes:
        coefficients: Shape ``(p,)``.
        began: Where the climb began, ``(p,)``.
        start: The likelihood there.
        top: The likelihood at the maximum.
        iterations: Steps taken.
        evaluate: The likelihood at any coefficients.
    """

    coefficients: Floats
    began: Floats
    start: Likelihood
    top: Likelihood
    iterations: int
    evaluate: Callable[[Floats], Likelihood]

    @cached_property
    def null(self) -> Likelihood:
        """The likelihood with all coefficients 0."""
        return self.evaluate(np.zeros_like(self.began)) if self.began.any() else self.start


def maximum(
    evaluate: Callable[[Floats], Likelihood],
    names: tuple[str, ...],
    spread: Floats,
    weight: float,
    *,
    start: Floats | None = None,
    enough: float | None = None,
    most: int = 50,
) -> Maximum:
    """Climb to the maximum by Newton steps, halved where they overshoot.

    Args:
        evaluate: The log likelihood at coefficients.
        names: Of the coefficients.
        spread: Range of each covariate, ``(p,)``.
        weight: Total weight of the events.
        start: Where to begin; zeros unless given.
        enough: Newton decrement from which one more step ends the climb; by default so small that
            errors are known to 1e-8 of themselves, or of many events to 1e-6.
        most: Steps before it gives up.

    Raises:
        DataError: ``constant-column``, ``collinear-columns``, ``separation``.
        RunError: ``not-converged``.
    """
    began = place = np.zeros(len(names)) if start is None else start
    first = here = evaluate(place)
    _check_columns(here.information, names, spread, weight)
    curvature, before = None, np.inf
    if enough is None:
        enough = _CONVERGED if weight < _MANY else _CONVERGED_OF_MANY
    for iteration in range(1, most + 1):
        step, gain = _solved(curvature, here.score) if curvature else (place, np.inf)
        kept = enough < gain and gain * before <= _CURVATURE_KEPT * enough * weight
        if not kept:
            curvature = _curvature(here, place, names, spread)
            step, gain = _solved(curvature, here.score)
        if iteration > 5 and gain < 1e-6 and np.max(np.abs(step) * spread, initial=0) > 0.5:
            raise _separation(step, names, spread)
        if np.max(np.abs(place) * spread, initial=0) > _NO_DIGITS:
            raise _separation(place, names, spread)
        if gain <= enough and not kept:
            return Maximum(place + step, began, first, here, iteration, evaluate)
        before = np.inf if kept else gain  # one step in a row
        ahead, share = evaluate(place + step), 1.0
        floor = here.value - _SAME_VALUE * (1 + abs(here.value))
        while not ahead.value >= floor and share > 1e-6:
            share /= 2
            ahead = evaluate(place + share * step)
        if not ahead.value >= floor:
            break
        place, here = place + share * step, ahead
    if np.max(np.abs(place) * spread, initial=0) > _ENDLESS:
        raise _separation(place, names, spread)
    raise RunError(
        f"the regression did not converge in {most} steps [not-converged]",
        remedy="look for columns on very different scales or with extreme values, or penalise",
    )


@dataclass(frozen=True, eq=False)
class _Curvature:
    """An information matrix scaled to ones on its diagonal, as its Cholesky factor."""

    factor: Any
    scale: Floats


def _curvature(
    here: Likelihood, place: Floats, names: tuple[str, ...], spread: Floats
) -> _Curvature:
    """Return the curvature at a place."""
    with np.errstate(invalid="ignore"):
        scale = np.sqrt(np.diag(here.information))
    if not len(names):
        return _Curvature(None, scale)
    factor, failed = dpotrf(here.information / np.outer(scale, scale))
    if failed or not np.isfinite(factor).all():
        # The columns were independent at the start: the risks have drifted apart without end.
        raise _separation(place, names, spread)
    return _Curvature(factor, scale)


def _solved(curvature: _Curvature, score: Floats) -> tuple[Floats, float]:
    """Return the Newton step and the Newton decrement: twice what it gains, if all was square."""
    if curvature.factor is None:
        return np.zeros(0), 0.0
    step = dpotrs(curvature.factor, score / curvature.scale)[0] / curvature.scale
    return step, float(score @ step)


def inverse(information: Floats) -> Floats:
    """Return the inverse of an information matrix, scaled on the way."""
    scale = np.sqrt(np.diag(information))
    outer = np.outer(scale, scale)
    return np.asarray(cho_solve(cho_factor(information / outer), np.eye(len(scale))) / outer)


def _check_columns(
    information: Floats, names: tuple[str, ...], spread: Floats, weight: float
) -> None:
    """Raise with each column that does not vary, or that the columns before it determine."""
    own = np.diag(information)
    flat = ~(own > 1e-12 * weight * spread**2)
    problems = [
        Problem(
            "constant-column",
            "does not vary among those at risk when events happen",
            f"column {name}",
            "leave it out",
        )
        for name in np.asarray(names, dtype=object)[flat]
    ]
    scale = np.sqrt(np.where(flat, 1.0, own))
    matrix = information / np.outer(scale, scale)
    left = matrix.copy()  # what the columns kept so far do not explain
    kept: list[int] = []
    for column in np.flatnonzero(~flat).tolist():
        pivot = left[column, column]
        if pivot > _DEPENDENT:
            left -= np.outer(left[:, column], left[column] / pivot)
            kept.append(column)
            continue
        share = np.linalg.solve(matrix[np.ix_(kept, kept)], matrix[kept, column])
        others = [names[k] for k, part in zip(kept, share, strict=True) if abs(part) > 1e-4]
        text = f"is determined by {', '.join(others)}"
        where = f"column {names[column]}"
        problems.append(Problem("collinear-columns", text, where, "leave one of them out"))
    if problems:
        raise DataError("the covariates cannot be told apart", problems=problems)


def _separation(direction: Floats, names: tuple[str, ...], spread: Floats) -> DataError:
    """Return the error for a likelihood that rises without end."""
    size = np.abs(direction) * spread
    found = [name for name, s in zip(names, size, strict=True) if s > size.max() / 4]
    problems = [
        Problem(
            "separation",
            "its coefficient grows without end: it orders every event before those at risk",
            f"column {name}",
            "merge rare categories, leave the column out, or fit a ridge penalty",
        )
        for name in found
    ]
    return DataError("the likelihood has no maximum (monotone likelihood)", problems=problems)
