"""EBGM with EB05 and EB95: the gamma-Poisson shrinker."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.methods.signals.estimate import Estimate, first_reason
from workbench.methods.signals.gamma_mixture import GammaMixture
from workbench.methods.signals.posterior import Posterior
from workbench.methods.signals.prior_fit import PriorFit
from workbench.metrics.choices import check_level

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ShrunkenRatio:
    """EBGM of many pairs.

    Attributes:
        estimate: EBGM with EB05 and EB95.
        null_probability: Posterior probability that the ratio is at most 1, ``(m,)``.
        prior: The prior it was made with.
        bounded: Whether the prior is that of a bounded fit.
    """

    estimate: Estimate
    null_probability: Floats
    prior: GammaMixture
    bounded: bool


def ebgm(
    n: ArrayLike,
    expected: ArrayLike,
    prior: PriorFit | GammaMixture,
    *,
    level: float = 0.90,
    upper: bool = True,
) -> ShrunkenRatio:
    """Return the empirical Bayes geometric mean of each pair, with its quantiles.

    Args:
        n: Cases, ``(m,)``.
        expected: Expected cases, above 0, ``(m,)``.
        prior: A fit, or a prior from elsewhere.
        level: Of the interval; 0.90 gives EB05 and EB95.
        upper: Whether the upper end is computed; half the time without.

    Raises:
        RunError: ``prior-not-identified``: the fit has no maximum. Ask for a bounded fit.
        DataError: See :func:`workbench.methods.signals.cells.cells_of`.

    >>> prior = GammaMixture(3.25379356, 0.39988854, 2.02612692, 1.90807970, 0.06534557)
    >>> found = ebgm([16], [0.40643623], prior)
    >>> round(float(found.estimate.low[0]), 2)
    15.69
    """
    check_level(level)
    chosen = prior.for_scores() if isinstance(prior, PriorFit) else prior
    bounded = isinstance(prior, PriorFit) and prior.status == "bounded"
    posterior = Posterior.of(n, expected, chosen)
    value, low = posterior.geometric_mean(), posterior.quantile((1 - level) / 2)
    high = posterior.quantile((1 + level) / 2) if upper else np.full(len(value), np.nan)
    reasons = first_reason(len(value))
    formula = _formula(prior, chosen, level)
    name = "ebgm_bounded" if bounded else "ebgm"
    estimate = Estimate(name, value, low, high, level, reasons, formula)
    return ShrunkenRatio(estimate, posterior.below(1.0), chosen, bounded)


def _formula(prior: PriorFit | GammaMixture, chosen: GammaMixture, level: float) -> str:
    """Return the formula, with the prior and how it was found."""
    values = ", ".join(f"{value:.6g}" for value in chosen.values())
    found = prior.convention if isinstance(prior, PriorFit) else "given"
    low = round(50 * (1 - level))
    return (
        "EBGM = exp(E[log ratio | n]), ratio ~ share Gamma(alpha1, beta1) + (1 - share) "
        f"Gamma(alpha2, beta2), n ~ Poisson(ratio E) (DuMouchel 1999); interval: posterior "
        f"quantiles {low} % and {100 - low} %; prior ({values}): {found}"
    )
