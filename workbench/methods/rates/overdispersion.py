"""Do groups differ more than chance allows? Pearson, quasi-Poisson and negative binomial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

from workbench.errors import DataError
from workbench.methods.rates.counted import counted, per
from workbench.methods.rates.negative_binomial import fit_gamma_rates
from workbench.metrics.choices import check_level, check_share

LEAST_EXPECTED = 5.0
"""Below this mean expected count Pearson's chi-square is no chi-square: the verdict says so."""


@dataclass(frozen=True)
class Overdispersion:
    """Spread of the rates of groups around one common rate.

    Attributes:
        rate: The common rate, in ``unit``.
        low: Lower end of its quasi-Poisson interval (log scale, normal).
        high: Upper end.
        unit: In words.
        groups: Groups with exposure.
        pearson: Sum of ``(cases - expected)^2 / expected``.
        df: Groups minus one.
        dispersion: ``pearson / df``; 1 under chance alone.
        p_value: Of Pearson's chi-square.
        shape: Of the gamma distribution of rates; infinite where there is no spread. R calls it
            theta.
        rate_spread: Coefficient of variation of the rates, ``1 / sqrt(shape)``.
        likelihood_ratio: Negative binomial against Poisson.
        likelihood_p_value: Half of the chi-square tail: no spread is the edge of what is possible.
        verdict: In words.
    """

    rate: float
    low: float
    high: float
    unit: str
    groups: int
    pearson: float
    df: int
    dispersion: float
    p_value: float
    shape: float
    rate_spread: float
    likelihood_ratio: float
    likelihood_p_value: float
    verdict: str


def overdispersion(
    cases: ArrayLike,
    exposure: ArrayLike,
    *,
    unit: str = "patients",
    level: float = 0.95,
    alpha: float = 0.05,
) -> Overdispersion:
    """Return how far the rates of groups spread, beyond chance.

    Args:
        cases: Of each group, ``(n,)``.
        exposure: Patients or person-years of each group, ``(n,)``.
        unit: ``patients`` or ``person-years``.
        level: Of the interval of the common rate.
        alpha: Below it the likelihood-ratio test says that rates differ.

    Raises:
        DataError: As :func:`~workbench.methods.rates.counted.counted`; ``too-few``: fewer than two
            groups with exposure, or no case.
        UsageError: Unknown unit, or a share that is none.

    >>> overdispersion([5, 6, 4, 5], [100, 100, 100, 100]).verdict
    'no more spread than chance: one common rate describes the 4 groups'
    """
    check_level(level)
    check_share("overdispersion", "alpha", alpha)
    scale, words = per(unit)
    given = counted(cases, exposure).exposed()
    if len(given) < 2 or given.cases.sum() == 0:
        raise DataError(
            f"spread needs two groups with exposure and one case, got {len(given)} group(s) with "
            f"{given.cases.sum():g} case(s) [too-few]"
        )
    mean = given.pooled * given.exposure
    df = len(given) - 1
    pearson = float(np.sum((given.cases - mean) ** 2 / mean))
    dispersion = pearson / df
    reach = float(ndtri((1 + level) / 2)) * np.sqrt(dispersion / given.cases.sum())
    fit = fit_gamma_rates(given)
    gain = max(0.0, 2 * (fit.log_likelihood - fit.poisson_log_likelihood))
    p = float(chdtrc(1, gain)) / 2 if gain > 0 else 1.0
    spread = float(1 / np.sqrt(fit.shape))
    rate = given.pooled * scale
    return Overdispersion(
        rate=rate,
        low=float(rate * np.exp(-reach)),
        high=float(rate * np.exp(reach)),
        unit=words,
        groups=len(given),
        pearson=pearson,
        df=df,
        dispersion=dispersion,
        p_value=float(chdtrc(df, pearson)),
        shape=fit.shape,
        rate_spread=spread,
        likelihood_ratio=gain,
        likelihood_p_value=p,
        verdict=_verdict(len(given), p < alpha, spread, float(mean.mean())),
    )


def _verdict(groups: int, differ: bool, spread: float, expected: float) -> str:
    """Return what the tests say, in words."""
    if differ:
        words = (
            f"the {groups} groups differ more than chance allows (coefficient of variation of "
            f"their rates about {spread:.2f}): Poisson intervals of a common rate are too narrow"
        )
    elif spread > 0:
        words = (
            f"some spread (coefficient of variation about {spread:.2f}), within what chance allows "
            f"among {groups} groups"
        )
    else:
        words = f"no more spread than chance: one common rate describes the {groups} groups"
    few = f"; only {expected:.1f} cases expected a group: Pearson's p-value is rough"
    return words + (few if expected < LEAST_EXPECTED else "")
