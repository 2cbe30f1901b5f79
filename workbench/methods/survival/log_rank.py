"""Log-rank test of equal hazards in groups, stratified and weighted (Fleming-Harrington)."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, UsageError
from workbench.methods.survival.group_test import chi_square, over_strata
from workbench.methods.survival.influence import places
from workbench.methods.survival.kaplan_meier import group_codes
from workbench.methods.survival.observed import Observed
from workbench.metrics.survival.censoring import kaplan_meier as product_limit


@dataclass(frozen=True)
class LogRank:
    """The test.

    Attributes:
        groups: Names, in sorted order.
        n: Rows of each group.
        observed: Events of each group, weighted over time.
        expected: What they would be under equal hazards.
        statistic: Chi-square.
        degrees: Degrees of freedom: groups less one.
        p_value: By the chi-square distribution.
        convention: Weights over time and strata in words.
    """

    groups: Sequence[Hashable]
    n: tuple[int, ...]
    observed: tuple[float, ...]
    expected: tuple[float, ...]
    statistic: float
    degrees: int
    p_value: float
    convention: str


def log_rank(
    observed: Observed,
    groups: ArrayLike,
    *,
    strata: ArrayLike | None = None,
    rho: float = 0.0,
    gamma: float = 0.0,
) -> LogRank:
    """Test whether the hazard is the same in all groups.

    Equal to R ``survdiff`` (which has ``rho`` only). Events of other causes are censoring.

    Args:
        observed: Follow-up, delayed entry included; weights are refused, since this variance is
            that of rows (a weighted Cox regression with robust errors tests weighted groups).
        groups: Group of each row, ``(n,)``.
        strata: Stratum of each row: groups are compared within strata only.
        rho: Weight ``S(t-) ** rho``: above 0 early differences count more.
        gamma: Weight ``(1 - S(t-)) ** gamma``: above 0 late differences count more.

    Raises:
        UsageError: Weights or clusters are given, or rho or gamma is negative.
        DataError: ``one-group``: there is nothing to compare; ``no-event``: nobody has the event.

    >>> from workbench.methods.survival.observed import observe
    >>> test = log_rank(observe([1, 2, 3, 4], [1, 1, 1, 0]), ["a", "a", "b", "b"])
    >>> test.observed, round(test.statistic, 4)
    ((2.0, 1.0), 2.8824)
    """
    names, codes = group_codes(groups, len(observed))
    _check(observed, names, rho, gamma)
    k = len(names)
    (seen, expected, covariance), within = over_strata(
        observed, codes, strata, lambda rows, groups: _stratum(rows, groups, k, rho, gamma)
    )
    statistic, degrees, p_value = chi_square(seen - expected, covariance)
    weights = "every time counts alike"
    if rho or gamma:
        weights = f"Fleming-Harrington weights S^{rho:g} (1 - S)^{gamma:g}, S just before each time"
    return LogRank(
        names,
        tuple(np.bincount(codes, minlength=k).tolist()),
        tuple(seen.tolist()),
        tuple(expected.tolist()),
        statistic,
        degrees,
        p_value,
        f"log-rank, {weights}{within}",
    )


def _stratum(
    observed: Observed, codes: NDArray[np.int64], k: int, rho: float, gamma: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return observed and expected events ``(k,)`` and their covariance ``(k, k)``."""
    member = (codes[:, None] == np.arange(k)).astype(np.uint8)
    columns = np.column_stack([np.ones(len(codes), np.uint8), member])
    found = product_limit(observed.outcome(1), columns, observed.entry)
    own, event = places(observed, found.times)[1], observed.event == 1
    deaths = np.zeros((len(found.times), k))
    np.add.at(deaths, (own[event], codes[event]), 1.0)
    died = deaths.sum(axis=1)
    some = died > 0
    before = found.values[:-1, 0][some]
    weight = before**rho * (1.0 - before) ** gamma
    died, at_risk = died[some], found.at_risk[some]
    share = at_risk[:, 1:] / at_risk[:, :1]
    seen = weight @ deaths[some]
    expected = (weight * died) @ share
    total = at_risk[:, 0]
    spread = np.divide(total - died, total - 1, out=np.zeros_like(total), where=total > 1)
    each = weight**2 * died * spread
    covariance = np.diag(each @ share) - np.einsum("t,ti,tj->ij", each, share, share)
    return seen, expected, covariance


def _check(observed: Observed, names: Sequence[Hashable], rho: float, gamma: float) -> None:
    """Refuse what the test cannot answer."""
    if observed.weighted or observed.cluster is not None:
        raise UsageError(
            "the log-rank test takes neither weights nor clusters",
            remedy="use a weighted Cox regression with robust errors",
        )
    if rho < 0 or gamma < 0:
        raise UsageError(f"rho and gamma must not be negative, got {rho:g} and {gamma:g}")
    if len(names) < 2:
        raise DataError(f"one group alone: {names} [one-group]", remedy="name two groups or more")
    if not (observed.event == 1).any():
        raise DataError(f"nobody of {len(observed)} rows has the event [no-event]")
