"""Gray's test of equal cumulative incidence in groups, where other events may come first."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from workbench.errors import DataError, UsageError
from workbench.methods.survival.group_test import chi_square, over_strata
from workbench.methods.survival.kaplan_meier import group_codes
from workbench.methods.survival.observed import Observed


@dataclass(frozen=True)
class GrayTest:
    """The test.

    Attributes:
        groups: Names, in sorted order.
        score: Events of each group above what equal incidence would bring, weighted over time.
        statistic: Chi-square.
        degrees: Degrees of freedom: groups less one.
        p_value: By the chi-square distribution.
        convention: Weights over time and strata in words.
    """

    groups: Sequence[Hashable]
    score: tuple[float, ...]
    statistic: float
    degrees: int
    p_value: float
    convention: str


def gray_test(
    observed: Observed,
    groups: ArrayLike,
    cause: int = 1,
    *,
    strata: ArrayLike | None = None,
    rho: float = 0.0,
) -> GrayTest:
    """Test whether events of one cause are as frequent, by each time, in all groups.

    Gray 1988, Ann Stat 16:1141: a log-rank test of the subdistribution hazards. Equal to R
    ``cmprsk::cuminc``.

    Args:
        observed: Follow-up from time 0 on; weights, clusters and delayed entry are refused.
        groups: Group of each row, ``(n,)``.
        cause: Which event, 1 or more.
        strata: Stratum of each row: groups are compared within strata only.
        rho: Weight ``(1 - F(t-)) ** rho``, F of all groups: above 0 early differences count more.

    Raises:
        UsageError: Weights, clusters or delayed entry.
        DataError: ``one-group``, or ``no-event``: nobody has an event of this cause.

    >>> from workbench.methods.survival.observed import observe
    >>> seen = observe([1, 2, 3, 4, 5, 6], [1, 2, 1, 1, 0, 2])
    >>> round(gray_test(seen, ["a", "b", "a", "a", "b", "b"]).p_value, 3)
    0.035
    """
    names, codes = group_codes(groups, len(observed))
    _check(observed, names, cause)
    k = len(names)
    (score, covariance), within = over_strata(
        observed, codes, strata, lambda rows, groups: _stratum(rows, groups, k, cause, rho)
    )
    statistic, degrees, p_value = chi_square(score, covariance)
    weights = f"weights (1 - F)^{rho:g}" if rho else "every time counts alike"
    return GrayTest(
        names,
        tuple(score.tolist()),
        statistic,
        degrees,
        p_value,
        f"Gray's test, {weights}{within}",
    )


def _stratum(
    observed: Observed, codes: NDArray[np.int64], k: int, cause: int, rho: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the score of each group ``(k,)`` and its covariance ``(k, k)``."""
    times, place = np.unique(observed.time, return_inverse=True)
    mine, other = observed.event == cause, (observed.event > 0) & (observed.event != cause)
    left, own, rest = (
        _counts(place[rows], codes[rows], len(times), k) for rows in (..., mine, other)
    )
    at_risk = np.cumsum(left[::-1], axis=0)[::-1]
    some = (own + rest).sum(axis=1) > 0
    at_risk, own, rest = at_risk[some], own[some], rest[some]
    here = at_risk > 0
    safe = np.where(here, at_risk, 1.0)
    # Survival free of any event, and incidence, of each group; just before each time and after.
    staying = np.where(here, 1.0 - (own + rest) / safe, 1.0)
    free = np.cumprod(staying, axis=0, dtype=np.float64)
    free_before = np.vstack([np.ones(k), free[:-1]])
    steps = np.where(here, free_before * own / safe, 0.0)
    incidence_before = np.cumsum(steps, axis=0) - steps
    # A group counts as many at risk of the subdistribution as there would be without censoring.
    stands_for = np.where(here, at_risk / np.where(here, free_before, 1.0), 0.0)
    exposed = stands_for * (1.0 - incidence_before)
    events, total = own.sum(axis=1), stands_for.sum(axis=1)
    pooled = np.cumsum(events / total)
    pooled_before = pooled - events / total
    weight = (1.0 - pooled_before) ** rho
    expected = events[:, None] * exposed / exposed.sum(axis=1)[:, None]
    score = (weight[:, None] * (own - expected)).sum(axis=0)
    return score, _covariance(own, rest, at_risk, free, free_before, stands_for, pooled, weight)


def _covariance(
    own: NDArray[np.float64],
    rest: NDArray[np.float64],
    at_risk: NDArray[np.float64],
    free: NDArray[np.float64],
    free_before: NDArray[np.float64],
    stands_for: NDArray[np.float64],
    pooled: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the covariance of the score under equal incidence, ``(k, k)``.

    The score is a sum of martingale integrals, those of the cause and of the others in each group:
    an event moves its own term and, by the incidences it changes, all later ones.
    """
    k = own.shape[1]
    events, total = own.sum(axis=1), stands_for.sum(axis=1)
    rate = events / total
    before = pooled - rate
    share = stands_for / total[:, None]
    direct = weight[:, None, None] * stands_for[:, None, :] * (np.eye(k) - share[:, :, None])
    later = np.cumsum(direct * (rate / (1.0 - before))[:, None, None], axis=0)
    ahead = later[-1] - later
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(free > 0, (1.0 - pooled)[:, None] / free, 0.0)
        tied = np.where(
            events[:, None] > 1,
            1.0 - (events[:, None] - 1) / (total[:, None] * free_before - 1),
            1.0,
        )
        of_own = np.where(at_risk > 0, tied * free_before * rate[:, None] / at_risk, 0.0)
        tied = np.where(rest > 1, 1.0 - (rest - 1) / (at_risk - 1), 1.0)
        of_rest = np.where(at_risk > 0, free_before**2 * rest * tied / at_risk**2, 0.0)
    moved = direct + (1.0 - left)[:, None, :] * ahead
    covariance = np.einsum("tji,tki,ti->jk", moved, moved, of_own)
    moved = left[:, None, :] * ahead
    return np.asarray(covariance + np.einsum("tji,tki,ti->jk", moved, moved, of_rest))


def _counts(
    place: NDArray[np.int64], codes: NDArray[np.int64], m: int, k: int
) -> NDArray[np.float64]:
    """Return how many rows of each group have each time, ``(m, k)``."""
    counts = np.bincount(place * k + codes, minlength=m * k)
    return counts.reshape(m, k).astype(np.float64)


def _check(observed: Observed, names: Sequence[Hashable], cause: int) -> None:
    """Refuse what the test cannot answer."""
    if observed.weighted or observed.cluster is not None or observed.entry is not None:
        raise UsageError(
            "Gray's test takes neither weights, clusters nor delayed entry",
            remedy="use a Fine-Gray regression with robust errors",
        )
    if len(names) < 2:
        raise DataError(f"one group alone: {names} [one-group]", remedy="name two groups or more")
    if not (observed.event == cause).any():
        raise DataError(f"nobody of {len(observed)} rows has event {cause} [no-event]")
