"""Whether centres differ: random effects over their estimates, and what each becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtri, stdtrit

from workbench.metrics.choices import check_level

FEWEST = 3
"""Fewest centres with an estimate: of two nothing is known about a spread."""


@dataclass(frozen=True, eq=False)
class RandomEffects:
    """Estimates of centres taken as draws from one normal distribution.

    Attributes:
        mean: Of the distribution.
        low: Lower end of the interval of the mean.
        high: Upper end.
        tau: Standard deviation between centres.
        q: Cochran's Q.
        p_value: Of Q, chi-square with one degree of freedom less than centres.
        i_squared: Share of the spread that is not chance, 0 to 1.
        next_low: Lower end of where a further centre is expected.
        next_high: Upper end.
        shrunken: Estimates drawn towards the mean, ``(k,)``.
        shrunken_error: Their standard errors, the mean taken as known, ``(k,)``.
    """

    mean: float
    low: float
    high: float
    tau: float
    q: float
    p_value: float
    i_squared: float
    next_low: float
    next_high: float
    shrunken: NDArray[np.float64]
    shrunken_error: NDArray[np.float64]


def random_effects(
    estimates: Sequence[float], errors: Sequence[float], *, level: float = 0.95
) -> RandomEffects | None:
    """Return random effects by DerSimonian and Laird (1986, Control Clin Trials 7:177).

    Args:
        estimates: One a centre, on a scale where errors are about normal.
        errors: Their standard errors, above 0.
        level: Of the intervals; the one of a further centre has ``k - 2`` degrees of freedom
            (Higgins, Thompson and Spiegelhalter 2009, J R Stat Soc A 172:137).

    Returns:
        None where fewer than three centres have an estimate.

    >>> found = random_effects([0.1, 0.3, 0.5, 0.7], [0.1, 0.1, 0.1, 0.1])
    >>> round(found.q, 9), round(found.tau**2, 9), round(found.i_squared, 9)
    (20.0, 0.056666667, 0.85)
    >>> found.shrunken.round(3).tolist()
    [0.145, 0.315, 0.485, 0.655]
    """
    check_level(level)
    value, error = np.asarray(estimates, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    if len(value) < FEWEST:
        return None
    fixed = 1.0 / error**2
    centre = float((fixed * value).sum() / fixed.sum())
    q, free = float((fixed * (value - centre) ** 2).sum()), len(value) - 1
    spread = fixed.sum() - (fixed**2).sum() / fixed.sum()
    between = max(0.0, (q - free) / float(spread))
    weight = 1.0 / (error**2 + between)
    mean = float((weight * value).sum() / weight.sum())
    mean_error = float(weight.sum() ** -0.5)
    half = float(ndtri(0.5 + level / 2)) * mean_error
    ahead = float(stdtrit(free - 1, 0.5 + level / 2)) * float(np.hypot(between**0.5, mean_error))
    own = between / (between + error**2)
    return RandomEffects(
        mean=mean,
        low=mean - half,
        high=mean + half,
        tau=between**0.5,
        q=q,
        p_value=float(chdtrc(free, q)),
        i_squared=max(0.0, (q - free) / q) if q > 0 else 0.0,
        next_low=mean - ahead,
        next_high=mean + ahead,
        shrunken=own * value + (1 - own) * mean,
        shrunken_error=np.sqrt(own) * error,
    )
