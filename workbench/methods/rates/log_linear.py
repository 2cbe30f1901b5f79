"""Poisson regression of counts with exposures, on a few columns; with quasi-Poisson errors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workbench.errors import DataError
from workbench.methods.rates.counted import Counted, Floats

ROUNDS = 50
FARTHEST = 25.0
"""A fitted log rate so far from the pooled one runs to infinity."""


@dataclass(frozen=True, eq=False)
class LogLinear:
    """A fitted regression.

    Attributes:
        coefficients: Log rate of the first column (ones) and log ratios of the others, ``(p,)``.
        covariance: Poisson covariance, ``(p, p)``; times ``dispersion`` the quasi-Poisson one.
        fitted: Expected cases, ``(n,)``.
        pearson: Sum of ``(cases - expected)^2 / expected``.
        df: Rows minus columns.
    """

    coefficients: Floats
    covariance: Floats
    fitted: Floats
    pearson: float
    df: int

    @property
    def dispersion(self) -> float:
        """Pearson's statistic over its degrees of freedom; NaN where none is left."""
        return self.pearson / self.df if self.df > 0 else float("nan")


def fit_log_linear(given: Counted, design: Floats) -> LogLinear:
    """Return the maximum-likelihood regression of log rates on columns; R ``glm(poisson)``.

    Args:
        given: Rows with exposure.
        design: Columns, the first one of ones, ``(n, p)``.

    Raises:
        DataError: ``too-few``: fewer rows than columns, or no case; ``collinear``: a column follows
            from the others; ``no-maximum``: a ratio runs to 0 or to infinity, such as where all
            cases lie in one period.
    """
    k, n = given.cases, given.exposure
    if len(k) < design.shape[1] or k.sum() == 0:
        raise DataError(
            f"{design.shape[1]} coefficients need as many rows and a case; got {len(k)} row(s), "
            f"{k.sum():g} case(s) [too-few]"
        )
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise DataError(
            "a column of the regression follows from the others [collinear]",
            remedy="time since launch and calendar time of one drug are the same column",
        )
    beta = np.zeros(design.shape[1])
    beta[0] = np.log(given.pooled)
    best = _log_likelihood(k, n, design, beta)
    for _ in range(ROUNDS):
        if np.abs(design @ beta - np.log(given.pooled)).max() > FARTHEST:
            raise _no_maximum()
        mean = n * np.exp(design @ beta)
        information = design.T @ (design * mean[:, None])
        step = np.asarray(np.linalg.solve(information, design.T @ (k - mean)), dtype=np.float64)
        beta, best, moved = _climb(k, n, design, beta, step, best)
        if np.abs(moved).max() < 1e-10:
            break
    else:
        raise _no_maximum()
    mean = n * np.exp(design @ beta)
    covariance = np.asarray(np.linalg.inv(design.T @ (design * mean[:, None])), dtype=np.float64)
    pearson = float(np.sum((k - mean) ** 2 / mean))
    return LogLinear(beta, covariance, mean, pearson, len(k) - design.shape[1])


def _no_maximum() -> DataError:
    """Return the error of a regression without a maximum."""
    return DataError(
        "the regression has no maximum: a ratio runs to 0 or to infinity [no-maximum]",
        remedy="join periods until each side of the trend has cases",
    )


def _climb(
    k: Floats, n: Floats, design: Floats, beta: Floats, step: Floats, best: float
) -> tuple[Floats, float, Floats]:
    """Return the next coefficients: a Newton step, halved until the likelihood does not fall."""
    for _ in range(30):
        value = _log_likelihood(k, n, design, beta + step)
        if value >= best - 1e-12 * abs(best):
            return beta + step, value, step
        step = step / 2
    return beta, best, np.zeros_like(step)


def _log_likelihood(k: Floats, n: Floats, design: Floats, beta: Floats) -> float:
    """Return the Poisson log likelihood up to a constant; a step out of range is worthless."""
    line = design @ beta
    if np.abs(line).max() > 600:
        return -np.inf
    return float(np.sum(k * line - n * np.exp(line)))
