"""Log-likelihood of Weibull times with its derivatives, where it is concave.

With ``z = a log t - x b`` an event adds ``log a + z - exp(z) - log t``, a censored row
``-exp(z)``: concave in ``(b, a)``, so that Newton's method has one place to go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class WeibullTerms:
    """The likelihood of some rows as a function of ``(b, a)``.

    Attributes:
        design: Shape ``(n, p)``, with a column of ones.
        log_time: Logarithm of the end of follow-up, ``(n,)``.
        event: Whether it is an event, ``(n,)``.
        log_entry: Logarithm of the entry, ``(n,)``; minus infinity where that is 0.
        weights: Shape ``(n,)``.
    """

    design: NDArray[np.float64]
    log_time: NDArray[np.float64]
    event: NDArray[np.bool_]
    log_entry: NDArray[np.float64]
    weights: NDArray[np.float64]

    def value(self, b: NDArray[np.float64], a: float) -> float:
        """Return the log-likelihood on the scale of time, as R ``survreg`` prints it."""
        if not a > 0:
            return -np.inf
        line = self.design @ b
        z, hazard, before = self._hazards(line, a)
        each = np.where(self.event, np.log(a) + z - self.log_time, 0.0) - hazard + before
        return float(self.weights @ each)

    def scores(self, b: NDArray[np.float64], a: float) -> NDArray[np.float64]:
        """Return each row's derivative by ``(b, a)``, weights aside, shape ``(n, p + 1)``."""
        _, hazard, before = self._hazards(self.design @ b, a)
        by_b = self.design * (hazard - before - self.event)[:, None]
        entry = np.where(before > 0, self.log_entry, 0.0)
        by_a = self.event * (1.0 / a + self.log_time) - self.log_time * hazard + entry * before
        return np.column_stack([by_b, by_a])

    def information(self, b: NDArray[np.float64], a: float) -> NDArray[np.float64]:
        """Return minus the matrix of second derivatives, shape ``(p + 1, p + 1)``."""
        _, hazard, before = self._hazards(self.design @ b, a)
        total = np.zeros((self.design.shape[1] + 1,) * 2)
        entry = np.where(before > 0, self.log_entry, 0.0)
        for moved, log, sign in ((hazard, self.log_time, 1.0), (before, entry, -1.0)):
            full = np.column_stack([-self.design, log])
            total += sign * (full * (self.weights * moved)[:, None]).T @ full
        total[-1, -1] += float(self.weights @ self.event) / a**2
        return total

    def _hazards(
        self, line: NDArray[np.float64], a: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return z, and the cumulative hazards at the end and at the entry."""
        z = a * self.log_time - line
        with np.errstate(over="ignore"):
            return z, np.exp(z), np.exp(a * self.log_entry - line)


def weibull_log_likelihood(
    time: NDArray[np.float64],
    event: NDArray[np.bool_],
    location: NDArray[np.float64],
    scale: float = 1.0,
) -> float:
    """Return the log-likelihood of times whose logarithms are ``location + scale * error``.

    Args:
        time: Above 0, ``(n,)``.
        event: Whether the time is that of an event, ``(n,)``.
        location: Logarithm of the time by which 63 % have the event, ``(n,)``.
        scale: One over the Weibull shape; 1 is the exponential distribution.

    >>> round(weibull_log_likelihood(np.array([1.0]), np.array([True]), np.zeros(1)), 6)
    -1.0
    """
    log_time = np.log(time)
    terms = WeibullTerms(
        location[:, None] / scale,
        log_time,
        np.asarray(event, dtype=np.bool_),
        np.full(len(time), -np.inf),
        np.ones(len(time)),
    )
    return terms.value(np.ones(1), 1.0 / scale)
