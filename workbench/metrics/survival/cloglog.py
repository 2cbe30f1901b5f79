"""Regression of a weighted yes or no on the complementary log-log scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Probabilities are kept this far from 0 and 1 before their scale is taken.
CLIP = 1e-6


def cloglog_of_survival(survival: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``log(-log S)``, the log of the cumulative hazard; S is clipped by 1e-6.

    >>> cloglog_of_survival(np.exp(-np.exp([-1.0, 0.5]))).round(6).tolist()
    [-1.0, 0.5]
    """
    return np.asarray(np.log(-np.log(np.clip(survival, CLIP, 1 - CLIP))))


def fit_cloglog(
    design: NDArray[np.float64],
    happened: NDArray[np.bool_],
    weight: NDArray[np.float64],
    offset: NDArray[np.float64] | float = 0.0,
) -> NDArray[np.float64]:
    """Return the coefficients of ``log(-log(1 - p)) = design @ coefficients + offset``.

    Newton's method on a concave likelihood; equal to R ``glm(family = quasibinomial("cloglog"),
    weights = weight)``.

    Args:
        design: Shape ``(n, q)``.
        happened: Shape ``(n,)``.
        weight: Shape ``(n,)``, not negative.
        offset: Added to the linear predictor, shape ``(n,)``.

    Returns:
        Shape ``(q,)``; NaN where the likelihood has no maximum or the weights are NaN.
    """
    offset = np.broadcast_to(offset, happened.shape)
    # One fixed order of the rows, so that shuffled input gives the same last bits.
    order = np.lexsort((weight, happened, *design.T, offset))
    order = order[weight[order] > 0]
    x, y, w, base = design[order], happened[order], weight[order], offset[order]
    squares = x[:, :, None] * x[:, None, :]
    coefficients = np.zeros(design.shape[1])
    if not y.any() or y.all():
        return coefficients * np.nan
    # A start at the overall share, whatever the offset.
    coefficients[0] = np.log(-np.log1p(-np.sum(w * y) / np.sum(w))) - np.mean(base)
    for _ in range(200):
        hazard = np.exp(np.clip(line_of(x, coefficients) + base, -30.0, 5.0))
        p = -np.expm1(-hazard)
        slope = np.where(y, hazard * (1 - p) / p, -hazard)
        curvature = np.where(y, slope * np.maximum(hazard / p - 1, 0.0), hazard)
        # Plain sums, no matrix products: their bits may depend on the number of threads.
        information = (squares * (w * curvature)[:, None, None]).sum(axis=0)
        score = (x * (w * slope)[:, None]).sum(axis=0)
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            return coefficients * np.nan
        # A step of more than 2 on this scale overshoots where the curve is flat.
        reach = float(np.abs(line_of(x, step)).max())
        coefficients += step * min(1.0, 2.0 / max(reach, 1e-300))
        if reach < 1e-11:
            return coefficients
    return coefficients * np.nan


def line_of(design: NDArray[np.float64], coefficients: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``design @ coefficients``, each row added up in the same order, shape ``(n,)``."""
    terms = (column * factor for column, factor in zip(design.T, coefficients, strict=True))
    return np.asarray(sum(terms, start=np.zeros(len(design))))
