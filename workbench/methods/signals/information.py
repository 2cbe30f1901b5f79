"""The information component, in its two forms."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import digamma, gammaincinv, ndtri, polygamma

from workbench.methods.signals.cells import cells_of
from workbench.methods.signals.estimate import Estimate, first_reason
from workbench.methods.signals.two_by_two import TwoByTwo
from workbench.metrics.choices import check_level, check_positive


def shrunken_ic(
    n: ArrayLike, expected: ArrayLike, level: float = 0.95, shrinkage: float = 0.5
) -> Estimate:
    """Return the shrunken logarithm of observed to expected, with gamma quantiles.

    Norén, Hopstadius and Bate 2013, Stat Methods Med Res 22:57. Defined for every pair.

    Args:
        n: Cases, ``(m,)``.
        expected: Expected cases, above 0, ``(m,)``; by strata where there are any.
        level: Of the interval.
        shrinkage: Added to both; 0.5 is usual.

    >>> found = shrunken_ic([10], [5])
    >>> [round(float(part[0]), 4) for part in (found.value, found.low, found.high)]
    [0.9329, -0.0973, 1.6895]
    """
    check_level(level)
    check_positive("shrinkage", shrinkage)
    cells = cells_of(n, expected)
    shape, rate = cells.n + shrinkage, cells.expected + shrinkage
    formula = (
        f"IC = log2((n + {shrinkage:g}) / (E + {shrinkage:g})) (Noren 2013); interval log2 of "
        f"quantiles of Gamma(n + {shrinkage:g}, E + {shrinkage:g}), {level:.0%}"
    )
    ends = [gammaincinv(shape, (1 + side * level) / 2) / rate for side in (-1, 1)]
    with np.errstate(divide="ignore"):
        low, high = np.log2(ends[0]), np.log2(ends[1])
    reasons = first_reason(len(cells))
    return Estimate("ic", np.log2(shape / rate), low, high, level, reasons, formula)


def bcpnn_ic(table: TwoByTwo, level: float = 0.95) -> Estimate:
    """Return the information component of the Bayesian confidence propagation neural network.

    Bate et al. 1998, Eur J Clin Pharmacol 54:315: independent beta distributions for the shares of
    drug, event and pair, the prior of the pair set so that the component is 0 before data. Moments
    are exact (Gould 2003, Pharmacoepidemiol Drug Saf 12:559), the interval is normal; equal to
    PhViD ``BCPNN`` without Monte Carlo. Strata have no place in it.

    Args:
        table: The pairs.
        level: Of the interval.
    """
    check_level(level)
    n, total = table.both, table.total
    drug, event = table.n_drug + 1.0, table.n_event + 1.0
    pair = n + 1.0
    rest = total - n - 1.0 + (total + 2.0) ** 2 / (drug * event)
    log2 = np.log(2.0)
    shares = (pair, pair + rest), (drug, total + 2.0), (event, total + 2.0)
    # A log beta variable has mean digamma(a) - digamma(a + b), variance by trigamma likewise.
    means = [digamma(part) - digamma(whole) for part, whole in shares]
    value = (means[0] - means[1] - means[2]) / log2
    spread = sum(polygamma(1, part) - polygamma(1, whole) for part, whole in shares)
    reach = float(ndtri((1 + level) / 2)) * np.sqrt(spread) / log2
    formula = (
        "BCPNN IC = E[log2 p_pair - log2 p_drug - log2 p_event], independent beta posteriors "
        f"(Bate 1998), exact mean and variance (Gould 2003), normal interval, {level:.0%}"
    )
    reasons = first_reason(len(table))
    return Estimate("bcpnn", value, value - reach, value + reach, level, reasons, formula)
