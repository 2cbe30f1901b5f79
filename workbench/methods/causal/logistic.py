"""Logistic regression by Newton's method: the weight models and person-time models of effects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.logistic_input import Rows, checked_rows, column_names

# A block of rows stays in the processor's cache while its sums are made.
_BLOCK = 8192
_MOST_STEPS = 100
# In log odds: below it the next step would change no digit that is read.
_SMALL_STEP = 1e-8
# A pivot of the scaled information below it: a column follows from the others.
_SINGULAR = 1e-12


@dataclass(frozen=True, eq=False)
class LogisticFit:
    """A fitted logistic regression.

    Attributes:
        coefficients: Log odds ratios in the order of the columns, shape ``(p,)``.
        covariance: Inverse information (with the ridge in it), ``(p, p)``. Right where the weights
            are counts; for other weights take the sandwich of :meth:`influence`.
        log_likelihood: Weighted, without the ridge.
        iterations: Newton steps done.
    """

    coefficients: NDArray[np.float64]
    covariance: NDArray[np.float64]
    log_likelihood: float
    iterations: int

    @property
    def standard_error(self) -> NDArray[np.float64]:
        """Of each coefficient, from ``covariance``, shape ``(p,)``."""
        return np.sqrt(np.diag(self.covariance))

    def probability(self, design: ArrayLike) -> NDArray[np.float64]:
        """Return the probability of 1 for rows of the same columns, shape ``(m,)``."""
        odds = np.asarray(design, np.float64) @ self.coefficients
        small = np.exp(-np.abs(odds))
        return np.where(odds >= 0, 1.0, small) / (1.0 + small)

    def influence(
        self, design: ArrayLike, outcome: ArrayLike, weights: ArrayLike | None = None
    ) -> NDArray[np.float64]:
        """Return how far each row pulled the coefficients, shape ``(n, p)``.

        The estimate minus its limit is about the sum of the rows; ``influence.T @ influence`` is
        the sandwich (HC0) covariance, and summed over a person's rows first the one of persons.
        """
        rows = np.asarray(design, np.float64)
        residual = np.asarray(outcome, np.float64) - self.probability(rows)
        if weights is not None:
            residual = residual * np.asarray(weights, np.float64)
        return (rows * residual[:, None]) @ self.covariance


def fit_logistic(
    design: ArrayLike,
    outcome: ArrayLike,
    weights: ArrayLike | None = None,
    *,
    ridge: float = 0.0,
    start: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> LogisticFit:
    """Fit a logistic regression by maximum (penalised) likelihood.

    Newton steps, halved where the likelihood falls. Equal to R ``glm(family = binomial)``; with a
    ridge to scikit-learn's ``LogisticRegression(C=1 / ridge)``.

    Args:
        design: Columns of the model WITH the column of ones, shape ``(n, p)``, finite.
        outcome: 0 or 1 (or a share between), ``(n,)``.
        weights: Counts or importance of each row, ``(n,)``; a row of 0 is as good as absent.
        ridge: Half of this times each squared coefficient is taken off the log-likelihood, on the
            scale of the columns as given; constant columns are free of it.
        start: Coefficients to begin at, such as a fit of nearly the same rows.
        names: Names of the columns, for errors.

    Raises:
        DataError: With problems ``bad-shape``, ``not-finite``, ``bad-outcome``, ``bad-weight``;
            ``no-variation``: all outcomes are the same; ``collinear``: a column follows from the
            others; ``separation``: columns tell 0 from 1 without error somewhere, so that their
            coefficients have no maximum; ``not-converged``.

    >>> fit = fit_logistic([[1, 0], [1, 0], [1, 1], [1, 1], [1, 1]], [0, 1, 0, 1, 1])
    >>> fit.coefficients.round(6).tolist()  # log odds 0, and log(2) above them
    [0.0, 0.693147]
    """
    rows = checked_rows(design, outcome, weights, names)
    penalty = np.where(rows.constant, 0.0, float(ridge))
    spread = np.sqrt(rows.mean_square)  # of each column, so that steps compare
    at = np.zeros(rows.columns) if start is None else np.array(start, np.float64)
    value, slope, information, odds = _sums(rows, at, penalty)
    for count in range(1, _MOST_STEPS + 1):
        step = _solve(information, slope, rows)
        if float(np.abs(step * spread).sum()) < _SMALL_STEP:
            at = at + step
            paid = 0.5 * float(penalty @ (at * at))
            return LogisticFit(at, _inverse(information), value + paid, count)
        before = value, odds
        for _ in range(40):
            value, slope, information, odds = _sums(rows, at + step, penalty)
            if value >= before[0] - 1e-12 * abs(before[0]):
                break
            step = step / 2.0
        at = at + step
        moved = float(np.abs(odds - before[1])[rows.weight > 0].max())
        # Where no maximum exists, some rows go on moving while the likelihood has ceased to rise.
        if moved > 0.5 and value - before[0] <= 1e-10 * (1.0 + abs(value)):
            raise _separation(rows, np.abs(step * spread))
    raise DataError(
        "the logistic regression found no maximum",
        problems=[Problem("not-converged", f"no end after {_MOST_STEPS} Newton steps", rows.what)],
        remedy="scale the columns, or give a small ridge",
    )


def _sums(
    rows: Rows, at: NDArray[np.float64], penalty: NDArray[np.float64]
) -> tuple[float, NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return penalised log-likelihood, its slope and information, and the log odds ``(n,)``."""
    value = -0.5 * float(penalty @ (at * at))
    slope = -penalty * at
    information = np.diag(penalty)
    odds = rows.design @ at
    for first in range(0, len(odds), _BLOCK):
        part = slice(first, first + _BLOCK)
        x, y, w, z = rows.design[part], rows.outcome[part], rows.weight[part], odds[part]
        small = np.exp(-np.abs(z))
        value += float(w @ (y * z - np.maximum(z, 0.0) - np.log1p(small)))
        slope = slope + x.T @ (w * (y - np.where(z >= 0, 1.0, small) / (1.0 + small)))
        root = x * (np.sqrt(w * small) / (1.0 + small))[:, None]
        information = information + root.T @ root
    return value, slope, information, odds


def _solve(
    information: NDArray[np.float64], slope: NDArray[np.float64], rows: Rows
) -> NDArray[np.float64]:
    """Return the Newton step, from the information scaled to ones on its diagonal."""
    size = np.sqrt(np.maximum(np.diag(information), 1e-300))
    scaled = information / np.outer(size, size)
    try:
        root = np.linalg.cholesky(scaled)
        pivots = np.diag(root) ** 2
    except np.linalg.LinAlgError:
        pivots = np.linalg.eigvalsh(scaled)
    if pivots.min() < _SINGULAR:
        raise _collinear(rows, scaled)
    return np.asarray(np.linalg.solve(scaled, slope / size) / size)


def _inverse(information: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of the information, symmetric to the bit."""
    size = np.sqrt(np.diag(information))
    both = np.outer(size, size)
    inverse = np.linalg.inv(information / both) / both
    return np.asarray((inverse + inverse.T) / 2.0)


def _collinear(rows: Rows, scaled: NDArray[np.float64]) -> DataError:
    """Name the columns that hang together most, or that are empty."""
    _, vectors = np.linalg.eigh(scaled)
    share = np.abs(vectors[:, 0])
    return DataError(
        "columns of the logistic regression follow from each other",
        problems=[
            Problem(
                "collinear",
                "these columns add up to a constant, or one holds zeros only",
                column_names(rows, np.flatnonzero(share > 0.05)),
                "leave one of them out",
            )
        ],
    )


def _separation(rows: Rows, steps: NDArray[np.float64]) -> DataError:
    """Name the columns whose coefficients ran away."""
    return DataError(
        "the logistic regression has no maximum: columns tell the outcomes apart without error",
        problems=[
            Problem(
                "separation",
                "a group of rows has one outcome only, so the log odds have no end",
                column_names(rows, np.flatnonzero(steps > 0.1 * steps.max())),
                "merge rare categories, leave the column out, or give a small ridge",
            )
        ],
    )
