"""Regression of a plain outcome, linear or logistic, with each person's influence on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.logistic import fit_logistic

Family = Literal["linear", "logistic"]


@dataclass(frozen=True, eq=False)
class OutcomeModel:
    """A fitted regression.

    Attributes:
        coefficients: Shape ``(p,)``.
        influence: Of each row it was fitted on, ``(n, p)``.
        family: Linear or logistic.
    """

    coefficients: NDArray[np.float64]
    influence: NDArray[np.float64]
    family: Family

    def mean(self, design: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the expected outcome of rows, ``(m,)``."""
        line = design @ self.coefficients
        return line if self.family == "linear" else 0.5 * (1.0 + np.tanh(line / 2.0))

    def slope(self, design: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the derivative of ``mean`` in the coefficients, ``(m, p)``."""
        if self.family == "linear":
            return design
        mean = self.mean(design)
        return design * (mean * (1.0 - mean))[:, None]


def fit_outcome(
    design: NDArray[np.float64], outcome: NDArray[np.float64], family: Family
) -> OutcomeModel:
    """Fit least squares or a logistic regression.

    Args:
        design: Columns with ones among them, ``(n, p)``.
        outcome: ``(n,)``.
        family: ``linear`` or ``logistic``.

    Raises:
        DataError: ``collinear``; the faults of :func:`fit_logistic`.
    """
    if family == "logistic":
        fit = fit_logistic(design, outcome)
        return OutcomeModel(fit.coefficients, fit.influence(design, outcome), family)
    # Columns of one length, so that squares of large numbers do not hide a rank.
    size = np.sqrt(np.einsum("ij,ij->j", design, design))
    root, triangle = np.linalg.qr(design / np.where(size > 0, size, 1.0))
    if len(design) < design.shape[1] or np.abs(np.diag(triangle)).min() < 1e-10:
        raise DataError(
            "columns of the outcome regression follow from each other",
            problems=[Problem("collinear", f"{design.shape[1]} columns have a lower rank")],
            remedy="leave one of them out",
        )
    coefficients = np.linalg.solve(triangle, root.T @ outcome) / size
    residual = outcome - design @ coefficients
    pulled = np.linalg.solve(triangle, (root * residual[:, None]).T).T / size
    return OutcomeModel(coefficients, pulled, family)
