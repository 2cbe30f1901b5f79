"""Counts whose rates differ by a gamma distribution: negative binomial with exposures, fitted.

A group's rate is gamma distributed with mean ``m`` and shape ``a``; its count, given its exposure
``n``, is negative binomial with mean ``m n`` and variance ``m n + (m n)^2 / a``. One likelihood
serves the test for overdispersion and the shrinkage of rates; in R it is
``MASS::glm.nb(x ~ offset(log(n)))``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from workbench.methods.rates.counted import Counted, Floats
from workbench.methods.rates.poisson import bisect

SHAPES = (1e-4, 1e8)
"""Smallest and largest shape that is tried; a maximum at an end is a boundary, no estimate."""


@dataclass(frozen=True)
class GammaRates:
    """The fitted gamma distribution of rates.

    Attributes:
        shape: ``a``; infinite where the groups differ no more than by chance.
        mean: ``m``, per unit of exposure.
        log_likelihood: At the maximum.
        poisson_log_likelihood: Of one common rate.
        boundary: None where the maximum lies inside; ``no-spread`` (shape runs to infinity: one
            common rate) or ``no-mean`` (shape runs to 0).
    """

    shape: float
    mean: float
    log_likelihood: float
    poisson_log_likelihood: float
    boundary: str | None


def fit_gamma_rates(given: Counted, shapes: tuple[float, float] = SHAPES) -> GammaRates:
    """Return the maximum-likelihood gamma distribution of the rates of groups.

    The shape is searched over the whole range on a grid before the peak is refined, so that a
    second peak is not missed; for each shape the mean is found exactly.

    Args:
        given: Groups with exposure, at least two, with at least one case.
        shapes: Least and largest shape.
    """
    k, n = given.cases, given.exposure
    common = given.pooled
    poisson = float(np.sum(k * np.log(common * n) - common * n - gammaln(k + 1)))
    logs = np.linspace(np.log(shapes[0]), np.log(shapes[1]), 241)
    means = _means(k, n, np.exp(logs))
    values = _log_likelihood(k, n, np.exp(logs), means)
    top = int(values.argmax())
    inside = 0 < top < len(logs) - 1
    if inside:
        found = minimize_scalar(
            lambda log: -_profile(k, n, float(np.exp(log))),
            bounds=(logs[top - 1], logs[top + 1]),
            method="bounded",
            options={"xatol": 1e-10},
        )
        shape, value = float(np.exp(found.x)), -float(found.fun)
        inside = value > poisson + 1e-9
    if inside:
        return GammaRates(shape, _mean(k, n, shape), value, poisson, None)
    if top == 0:
        shape = shapes[0]
        return GammaRates(shape, float(means[0]), float(values[0]), poisson, "no-mean")
    return GammaRates(np.inf, common, poisson, poisson, "no-spread")


def _profile(k: Floats, n: Floats, shape: float) -> float:
    """Return the largest log likelihood of a shape."""
    at = np.array([shape])
    return float(_log_likelihood(k, n, at, _means(k, n, at))[0])


def _mean(k: Floats, n: Floats, shape: float) -> float:
    """Return the best mean of a shape."""
    return float(_means(k, n, np.array([shape]))[0])


def _means(k: Floats, n: Floats, shapes: Floats) -> Floats:
    """Return the best mean for each of many shapes, ``(s,)``.

    The score of the mean, ``sum(k) - m sum(n (a + k) / (a + m n))``, falls and has one root.
    """
    rates = k / n
    low = np.full(len(shapes), np.log(max(rates.min(), rates.max() * 1e-12)))
    high = np.full(len(shapes), np.log(rates.max()))

    def falling(log: Floats) -> Floats:
        m, a = np.exp(log)[:, None], shapes[:, None]
        return np.asarray((m * n * (a + k) / (a + m * n)).sum(axis=1) - k.sum())

    return np.asarray(np.exp(bisect(falling, low, high)))


def _log_likelihood(k: Floats, n: Floats, shapes: Floats, means: Floats) -> Floats:
    """Return the log likelihood of each pair of a shape and a mean, ``(s,)``."""
    a, mu = shapes[:, None], means[:, None] * n
    rise = _rising(a, k)
    value = rise - gammaln(k + 1) - (a + k) * np.log1p(mu / a) + k * np.log(mu)
    return np.asarray(value.sum(axis=1))


def _rising(a: Floats, k: Floats) -> Floats:
    """Return ``log(Gamma(a + k) / (Gamma(a) a^k))``, ``(s, n)``; no digits are lost for large a."""
    small = gammaln(a + k) - gammaln(a) - k * np.log(a)
    ratio = k / a
    # Stirling: (a + k - 1/2) log1p(k / a) - k + (1 / (a + k) - 1 / a) / 12, off by 1 / (360 a^3)
    large = (a + k - 0.5) * np.log1p(ratio) - k + (1 / (a + k) - 1 / a) / 12
    return np.asarray(np.where(a > 1e4, large, small))
