"""Tables of coefficients with intervals, and tests of all of them at once."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import chi2, norm

from workbench.errors import UsageError
from workbench.methods.survival.newton import Maximum, inverse

Floats = NDArray[np.float64]


def table(
    names: tuple[str, ...],
    coefficients: Floats,
    covariance: Floats,
    error: str,
    level: float,
) -> pd.DataFrame:
    """Return one row a covariate: ratio with its interval and p-value (two-sided, normal).

    Args:
        names: Of the covariates.
        coefficients: Log ratios, ``(p,)``.
        covariance: Of them, ``(p, p)``.
        error: What the errors are, in words.
        level: Of the interval, between 0 and 1.

    Raises:
        UsageError: The level is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise UsageError(f"a level lies between 0 and 1; got {level}")
    errors = np.sqrt(np.diag(covariance))
    reach = ndtri((1 + level) / 2) * errors
    z = coefficients / errors
    return pd.DataFrame(
        {
            "covariate": list(names),
            "coefficient": coefficients,
            "standard_error": errors,
            "error": error,
            "hazard_ratio": np.exp(coefficients),
            "low": np.exp(coefficients - reach),
            "high": np.exp(coefficients + reach),
            "z": z,
            "p": 2 * norm.sf(np.abs(z)),
        }
    )


def global_tests(top: Maximum, covariance: Floats, robust: Floats | None = None) -> pd.DataFrame:
    """Return the likelihood-ratio, Wald and score tests of all coefficients being 0.

    Args:
        top: The maximum.
        covariance: Of the coefficients, ``(p, p)``.
        robust: Robust covariance, for one more Wald test.
    """
    beta, null = top.coefficients, top.null
    found = {
        "likelihood ratio": 2 * (top.top.value - null.value),
        "Wald": float(beta @ np.linalg.solve(covariance, beta)),
        "score": float(null.score @ inverse(null.information) @ null.score),
    }
    if robust is not None:
        found["robust Wald"] = float(beta @ np.linalg.solve(robust, beta))
    statistic = np.array(list(found.values()))
    return pd.DataFrame(
        {
            "test": list(found),
            "statistic": statistic,
            "df": len(beta),
            "p": chi2.sf(statistic, len(beta)),
        }
    )
