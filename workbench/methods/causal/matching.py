"""Pairs of alike persons: each treated one with the nearest untreated one by propensity score."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem
from workbench.methods.causal.propensity import Propensity


@dataclass(frozen=True, eq=False)
class Pairs:
    """Matched persons.

    Attributes:
        treated: Rows of treated persons with a partner, shape ``(m,)``.
        untreated: Rows of their partners, ``(m,)``; each once.
        weights: 1 for who is in a pair, 0 for the others, ``(n,)``.
        alone: Treated persons without a partner; the effect is no longer of all treated if any.
        caliper: Largest difference in score allowed; infinite without one.
    """

    treated: NDArray[np.int64]
    untreated: NDArray[np.int64]
    weights: NDArray[np.float64]
    alone: int
    caliper: float

    def difference(self, outcome: NDArray[np.float64]) -> float:
        """Return the mean difference within pairs, treated minus untreated."""
        return float((outcome[self.treated] - outcome[self.untreated]).mean())


def match_nearest(propensity: Propensity, *, caliper_sd: float | None = None) -> Pairs:
    """Match one to one without replacement, the highest scores first.

    Equal to what MatchIt documents for ``method = "nearest"``; of equally near partners the first
    in the order of rows is taken. Scores are compared to 12 digits: those of persons alike may
    differ in their last bit, and the order would depend on the machine.

    Args:
        propensity: Scores and arms.
        caliper_sd: Largest difference allowed, in standard deviations of all scores.

    Raises:
        DataError: ``no-overlap``: no pair lies within the caliper.
    """
    score = np.round(propensity.score, 12)
    treated = np.flatnonzero(propensity.treated)
    untreated = np.flatnonzero(~propensity.treated)
    widest = np.inf if caliper_sd is None else caliper_sd * float(propensity.score.std(ddof=1))
    free = np.ones(len(untreated), bool)
    pairs = []
    for row in treated[np.argsort(-score[treated], kind="stable")]:
        gap = np.where(free, np.abs(score[untreated] - score[row]), np.inf)
        nearest = int(np.argmin(gap))
        if gap[nearest] <= widest and free[nearest]:
            free[nearest] = False
            pairs.append((row, untreated[nearest]))
    if not pairs:
        text = f"no untreated person lies within {widest:.3g} of a treated one's score"
        raise DataError("nobody can be matched", problems=[Problem("no-overlap", text)])
    found = np.array(sorted(pairs), np.int64)
    weights = np.zeros(len(score))
    weights[found.ravel()] = 1.0
    return Pairs(found[:, 0], found[:, 1], weights, len(treated) - len(found), widest)
