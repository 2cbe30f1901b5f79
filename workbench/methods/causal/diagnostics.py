"""Whether weighting did its work: balance, overlap, tails of weights, effective sample size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from workbench.methods.causal.balancing import BalancingWeights, Target
from workbench.methods.causal.propensity import Propensity

POSITIVITY = 0.01
_QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


def balance_table(
    covariates: pd.DataFrame,
    treated: NDArray[np.bool_],
    weights: NDArray[np.float64],
    *,
    target: Target = "all",
) -> pd.DataFrame:
    """Return how alike the arms are before and after weighting: the table of a love plot.

    A standardised mean difference is treated minus untreated over one standard deviation, the same
    before and after: that of the treated where the target is the treated, of the untreated where it
    is they, else the root of the mean of both variances (Austin 2009, Stat Med 28:3083). Equal to
    MatchIt: a column of two values has the variance p (1 - p), the others that of n - 1.

    Args:
        covariates: One numeric column each, ``(n, p)``.
        treated: Arm of each person, ``(n,)``.
        weights: Not negative, ``(n,)``.
        target: Whom the effect is of.

    Returns:
        One row a covariate: ``covariate``, ``mean_treated``, ``mean_untreated`` (weighted),
        ``smd_before``, ``smd_after``, ``variance_ratio_before``, ``variance_ratio_after`` (NaN for
        columns of two values).
    """
    values = covariates.to_numpy(np.float64)
    two = np.array([len(np.unique(column)) <= 2 for column in values.T], bool)
    one = np.ones(len(values))
    before = [_moments(values[arm], one[arm], two) for arm in (treated, ~treated)]
    after = [_moments(values[arm], weights[arm], two) for arm in (treated, ~treated)]
    (mean1, var1), (mean0, var0) = before
    chosen = {"treated": var1, "untreated": var0}.get(target, (var1 + var0) / 2.0)
    scale = np.where(chosen > 0, np.sqrt(chosen), 1.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio_before = np.where(two, np.nan, var1 / var0)
        ratio_after = np.where(two, np.nan, after[0][1] / after[1][1])
    return pd.DataFrame(
        {
            "covariate": covariates.columns.astype(str),
            "mean_treated": after[0][0],
            "mean_untreated": after[1][0],
            "smd_before": (mean1 - mean0) / scale,
            "smd_after": (after[0][0] - after[1][0]) / scale,
            "variance_ratio_before": ratio_before,
            "variance_ratio_after": ratio_after,
        }
    )


def balance_rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a balance table as values that any JSON holds: None where there is no number."""
    return [
        {str(key): None if value != value else value for key, value in row.items()}
        for row in table.to_dict(orient="records")
    ]


def effective_sample_size(weights: NDArray[np.float64]) -> float:
    """Return how many persons of equal weight would know as much (Kish 1965).

    >>> effective_sample_size(np.array([1.0, 1.0, 1.0])), effective_sample_size(np.array([9.0, 0]))
    (3.0, 1.0)
    """
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def diagnose(
    covariates: pd.DataFrame,
    propensity: Propensity,
    weights: BalancingWeights,
    *,
    target: Target = "all",
    positivity: float = POSITIVITY,
) -> dict[str, Any]:
    """Return everything a report shows of weights, as plain values.

    Args:
        covariates: Baseline columns.
        propensity: The model of treatment.
        weights: Weights from it.
        target: Whom the effect is of.
        positivity: Scores below it, or above 1 minus it, count as without overlap.

    Returns:
        ``balance`` (rows of :func:`balance_table`), ``max_asmd`` before and after, ``ess`` and
        ``persons`` by arm, ``beyond_positivity`` (share of persons by arm), ``weight_quantiles`` by
        arm, ``largest_share`` (of its arm's weight, by one person), ``represented`` (of the cohort,
        by the persons of an arm each counted one over the probability of the arm: far from 1 where
        the score does not fit or parts of the cohort are hardly ever in the arm), ``truncated``,
        ``trimmed``, ``left_out``.
    """
    treated, score = propensity.treated, propensity.score
    balance = balance_table(covariates, treated, weights.value, target=target)
    arms = {"treated": treated, "untreated": ~treated}
    beyond = (score < positivity) | (score > 1.0 - positivity)
    own = {name: weights.value[arm] for name, arm in arms.items()}
    return {
        "balance": balance_rows(balance),
        "max_asmd": {
            when: float(balance[f"smd_{when}"].abs().max()) if len(balance) else 0.0
            for when in ("before", "after")
        },
        "persons": {name: int(arm.sum()) for name, arm in arms.items()},
        "ess": {name: effective_sample_size(given) for name, given in own.items()},
        "positivity": positivity,
        "beyond_positivity": {name: float(beyond[arm].mean()) for name, arm in arms.items()},
        "weight_quantiles": {
            name: {f"{q:g}": float(np.quantile(given, q)) for q in _QUANTILES}
            for name, given in own.items()
        },
        "largest_share": {name: float(given.max() / given.sum()) for name, given in own.items()},
        "represented": {
            "treated": float((treated / score).mean()),
            "untreated": float((~treated / (1.0 - score)).mean()),
        },
        "truncated": weights.truncated,
        "trimmed": weights.trimmed,
        "left_out": list(propensity.left_out),
    }


def _moments(
    values: NDArray[np.float64], weights: NDArray[np.float64], two: NDArray[np.bool_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weighted mean and variance of each column, ``(p,)`` each."""
    share = weights / weights.sum()
    mean = share @ values
    spread = share @ (values - mean) ** 2
    left = 1.0 - float(share @ share)
    return mean, np.where(two, spread, spread / left if left > 0 else 0.0)
