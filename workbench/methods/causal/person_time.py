"""Pooled logistic regression over person-time: the hazard of a start, or of being lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError
from workbench.methods.causal.logistic import fit_logistic
from workbench.metrics.compiled import kernels

_KERNELS = "workbench.methods.causal.person_time_kernels"
# Work of any size is done compiled: the other way differs in the last digits, and which way is
# taken must not depend on what the process has done before.
_ALWAYS = 10**9
_MOST_STEPS = 25
# Newton squares the error: what is left after such a step is of the order of 1e-12.
_SMALL_STEP = 1e-6


@dataclass(frozen=True, eq=False)
class PersonTime:
    """Who is at risk of what, in which intervals; one event a person at most, in the last.

    Attributes:
        fixed: Columns that do not change, WITH the column of ones, ``(n, p)``.
        moving: Columns that change from interval to interval, ``(n, K, v)``; v may be 0.
        terms: Columns of time, ``(K, m)``.
        used: Intervals that take part; the others have hazard 0, ``(K,)``.
        first: First interval at risk, ``(n,)``.
        last: Last interval at risk, ``(n,)``; below ``first`` where never at risk.
        event: Whether the event is in the last interval, ``(n,)``.
        part: What the last interval counts for, ``(n,)``: 1 with the event, else the part of it
            under observation, so that people who leave early are no evidence for staying.
        names: Of all columns, for errors.
        what: Name of the model, for errors.
    """

    fixed: NDArray[np.float64]
    moving: NDArray[np.float64]
    terms: NDArray[np.float64]
    used: NDArray[np.bool_]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    event: NDArray[np.bool_]
    part: NDArray[np.float64]
    names: list[str] = field(default_factory=list)
    what: str = "person-time"

    @property
    def at_risk(self) -> NDArray[np.bool_]:
        """Intervals in which each person is at risk, ``(n, K)``."""
        place = np.arange(len(self.terms))
        return (place >= self.first[:, None]) & (place <= self.last[:, None]) & self.used

    def log_odds(self, coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the log odds of every person and interval, ``(n, K)``."""
        p, v = self.fixed.shape[1], self.moving.shape[2]
        odds = (self.fixed @ coefficients[:p])[:, None] + self.terms @ coefficients[p + v :]
        return odds + self.moving @ coefficients[p : p + v] if v else odds


@dataclass(frozen=True, eq=False)
class HazardFit:
    """A fitted hazard.

    Attributes:
        task: What it was fitted to.
        coefficients: Fixed, moving, time, ``(q,)``.
        hazard: Chance of the event in each interval for everybody, at risk or not, ``(n, K)``.
        covariance: Inverse information, ``(q, q)``.
    """

    task: PersonTime
    coefficients: NDArray[np.float64]
    hazard: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @cached_property
    def rate(self) -> NDArray[np.float64]:
        """Cumulative hazard added by each interval, ``-log(1 - hazard)``, ``(n, K)``."""
        return -np.log1p(-self.hazard)

    @cached_property
    def stayed(self) -> NDArray[np.float64]:
        """Inverse chance of no event before each interval, ``(n, K)``."""
        return np.asarray(np.exp(np.cumsum(self.rate, axis=1) - self.rate))

    @cached_property
    def pulls(self) -> NDArray[np.float64]:
        """Each person's pull on the coefficients: information inverse times score, ``(n, q)``."""
        return hazard_scores(self.task, self) @ self.covariance

    def gradient(self, slopes: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the derivative of something by the coefficients, ``(q,)``.

        Args:
            slopes: Its derivative by the log odds of some persons' intervals, ``(m, K)``.
            rows: These persons, ``(m,)``.
        """
        task = self.task
        fixed = slopes.sum(axis=1) @ task.fixed[rows]
        moving = np.empty(0)
        if task.moving.shape[2]:
            moving = np.einsum("nk,nkv->v", slopes, task.moving[rows])
        return np.concatenate([fixed, moving, slopes.sum(axis=0) @ task.terms])


def fit_hazard(
    task: PersonTime,
    counts: NDArray[np.float64] | None = None,
    start: NDArray[np.float64] | None = None,
) -> HazardFit:
    """Fit the pooled logistic model by Newton's method.

    Equal to :func:`fit_logistic` on one row for each person and interval, which is what is done
    where numba is absent, and wherever Newton's steps fail, for its named errors.

    Args:
        task: Person-time.
        counts: Weight of each person, ``(n,)``, such as bootstrap counts.
        start: Coefficients to begin at.

    Raises:
        DataError: As :func:`fit_logistic`: ``separation``, ``no-variation`` ...
    """
    weight = np.ones(len(task.first)) if counts is None else counts
    fit = _newton(task, weight, start)
    coefficients, covariance = fit if fit is not None else _by_rows(task, weight)
    odds = np.exp(np.minimum(task.log_odds(coefficients), 700.0))
    return HazardFit(task, coefficients, odds / (1.0 + odds) * task.used, covariance)


def hazard_scores(task: PersonTime, fit: HazardFit) -> NDArray[np.float64]:
    """Return each person's score, summed over intervals, ``(n, q)``; the sum over persons is 0."""
    left = -fit.hazard * task.at_risk
    persons = np.flatnonzero(task.last >= task.first)
    place = task.last[persons]
    left[persons, place] += task.event[persons]
    left[persons, place] *= task.part[persons]
    moving = np.einsum("nk,nkv->nv", left, task.moving)
    return np.hstack([task.fixed * left.sum(axis=1)[:, None], moving, left @ task.terms])


def rows_of(
    task: PersonTime, counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return design, outcome and weights with one row for each person and interval at risk."""
    person, place = np.nonzero(task.at_risk & (counts > 0)[:, None])
    design = np.hstack([task.fixed[person], task.moving[person, place], task.terms[place]])
    at_last = place == task.last[person]
    outcome = (at_last & task.event[person]).astype(np.float64)
    return design, outcome, counts[person] * np.where(at_last, task.part[person], 1.0)


def _by_rows(
    task: PersonTime, counts: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    design, outcome, weights = rows_of(task, counts)
    try:
        fit = fit_logistic(design, outcome, weights, names=task.names)
    except DataError as error:
        raise DataError(
            f"model of {task.what}: {error.message}", remedy=error.remedy, problems=error.problems
        ) from error
    return fit.coefficients, fit.covariance


def _newton(
    task: PersonTime, counts: NDArray[np.float64], start: NDArray[np.float64] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Return coefficients and their covariance, or None where another way must be taken."""
    compiled = kernels(_ALWAYS, _KERNELS)
    if compiled is None:
        return None
    p, n = task.fixed.shape[1], len(task.first)
    width = task.moving.shape[2] + task.terms.shape[1]
    at = np.zeros(p + width) if start is None else start.copy()
    if start is None:
        at[0] = _mean_log_odds(task, counts)
    residual, spread, mixed = np.empty(n), np.empty(n), np.empty((n, width))
    rows = (task.first, task.last, task.event, task.part, counts)
    best = -np.inf
    for _ in range(_MOST_STEPS):
        slope, inner = np.zeros(width), np.zeros((width, width))
        split = p + task.moving.shape[2]
        time = task.terms @ at[split:]
        value = compiled.sums(
            task.fixed @ at[:p], task.moving, at[p:split], time, task.terms, task.used, *rows,
            residual, spread, mixed, slope, inner,
        )  # fmt: skip
        if not np.isfinite(value) or value < best - 1e-7 * abs(best) - 1e-7:
            return None
        best = value
        across = task.fixed.T @ mixed
        root = task.fixed * np.sqrt(spread)[:, None]
        information = np.block([[root.T @ root, across], [across.T, inner]])
        step = _step(information, np.append(task.fixed.T @ residual, slope))
        if step is None:
            return None
        at = at + step
        if float(np.abs(step).max()) < _SMALL_STEP * (1.0 + float(np.abs(at).max())):
            inverse = np.linalg.inv(information)
            return at, (inverse + inverse.T) / 2.0
    return None


def _mean_log_odds(task: PersonTime, counts: NDArray[np.float64]) -> float:
    """Return the log odds of the event in an interval, over all person-time."""
    events = float(counts @ (task.event & (task.last >= task.first)))
    intervals = float(counts @ np.maximum(task.last - task.first + 1, 0))
    share = np.clip(events / max(intervals, 1.0), 1e-6, 0.9)
    return float(np.log(share / (1.0 - share)))


def _step(
    information: NDArray[np.float64], slope: NDArray[np.float64]
) -> NDArray[np.float64] | None:
    """Return the Newton step; None where columns hang together or the step is out of reason."""
    size = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(size, size)
    try:
        pivots = np.diag(np.linalg.cholesky(scaled))
    except np.linalg.LinAlgError:
        return None
    if pivots.min() < 1e-6:
        return None
    step = np.linalg.solve(scaled, slope / size) / size
    return step if np.isfinite(step).all() and np.abs(step).max() < 50.0 else None
