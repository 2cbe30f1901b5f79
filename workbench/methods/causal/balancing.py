"""Weights that make treated and untreated alike: by whom the effect is meant to be of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from workbench.errors import DataError, Problem, UsageError
from workbench.methods.causal.propensity import Propensity
from workbench.metrics.choices import check_choice

Target = Literal["all", "treated", "untreated", "overlap", "matching", "trimmed"]
TARGETS: tuple[Target, ...] = ("all", "treated", "untreated", "overlap", "matching", "trimmed")


@dataclass(frozen=True)
class Weighting:
    """How persons are weighted by their propensity score e.

    Attributes:
        target: Whom the effect is of. ``all`` (ATE): 1/e and 1/(1-e). ``treated`` (ATT): 1 and
            e/(1-e). ``untreated`` (ATC): (1-e)/e and 1. ``overlap`` (ATO): 1-e and e. ``matching``:
            min(e, 1-e) over the probability of the arm. ``trimmed``: as ``all``, for those whose
            score lies within ``trim`` and 1 - ``trim``. Li, Morgan and Zaslavsky 2018, J Am Stat
            Assoc 113:390; Li and Greene 2013, Int J Biostat 9:215; Crump et al. 2009, Biometrika
            96:187.
        trim: Lowest score kept by ``trimmed``.
        stabilise: Multiply by the share of the person's arm, so that weights lie about 1. Changes
            no effect (each arm's weights are scaled to a mean) but what truncation cuts.
        truncate: Quantiles of all weights that weights are cut back to, such as (0.01, 0.99).
    """

    target: Target = "all"
    trim: float = 0.1
    stabilise: bool = True
    truncate: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Refuse choices that do not exist."""
        check_choice("weighting", "target", self.target, TARGETS)
        low, high = self.truncate or (0.0, 1.0)
        if not 0.0 <= low < high <= 1.0:
            raise UsageError(f"truncate is two rising quantiles within 0..1, got {self.truncate}")
        if not 0.0 < self.trim < 0.5:
            raise UsageError(f"trim is above 0 and below 0.5, got {self.trim}")

    @property
    def convention(self) -> str:
        """The choices in words."""
        words = [f"weights for {self.target}"]
        words += [f"score within {self.trim:g}..{1 - self.trim:g}"] * (self.target == "trimmed")
        words += ["stabilised"] * self.stabilise
        if self.truncate:
            words.append(f"truncated at quantiles {self.truncate[0]:g} and {self.truncate[1]:g}")
        return ", ".join(words)


@dataclass(frozen=True, eq=False)
class BalancingWeights:
    """Weights of persons.

    Attributes:
        value: Not negative, shape ``(n,)``; 0 for those left out.
        slope: Derivative in the log odds of the score, ``(n,)``; what an interval needs that knows
            the score to be estimated. 0 where a weight was cut (quantiles count as fixed).
        truncated: Share of weights cut back.
        trimmed: Persons left out for their score.
    """

    value: NDArray[np.float64]
    slope: NDArray[np.float64]
    truncated: float
    trimmed: int


def balancing_weights(propensity: Propensity, weighting: Weighting) -> BalancingWeights:
    """Return the weight of each person.

    Raises:
        DataError: ``no-overlap``: trimming leaves nobody in an arm.
    """
    score, treated = propensity.score, propensity.treated
    value, slope = _weights(score, treated, weighting.target)
    kept = np.ones(len(score), bool)
    if weighting.target == "trimmed":
        kept = (score >= weighting.trim) & (score <= 1.0 - weighting.trim)
        if not (kept & treated).any() or not (kept & ~treated).any():
            text = f"no arm pair has scores within {weighting.trim:g}..{1 - weighting.trim:g}"
            raise DataError(
                "the arms do not overlap",
                problems=[Problem("no-overlap", text, remedy="narrow the eligibility")],
            )
        value, slope = value * kept, slope * kept
    if weighting.stabilise:
        share = float(treated[kept].mean())
        arm = np.where(treated, share, 1.0 - share)
        value, slope = value * arm, slope * arm
    cut = np.zeros(len(value), bool)
    if weighting.truncate:
        low, high = np.quantile(value[kept], weighting.truncate)
        cut = kept & ((value < low) | (value > high))
        value = np.where(kept, np.clip(value, low, high), 0.0)
        slope = np.where(cut, 0.0, slope)
    return BalancingWeights(value, slope, float(cut[kept].mean()), int((~kept).sum()))


def _weights(
    e: NDArray[np.float64], treated: NDArray[np.bool_], target: Target
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weights of a target and their derivative in the log odds of e."""
    ours = np.where(treated, e, 1.0 - e)  # probability of the arm the person was in
    odds = (1.0 - ours) / ours
    sign = np.where(treated, -1.0, 1.0)
    one, none = np.ones(len(e)), np.zeros(len(e))
    if target in ("all", "trimmed"):
        return 1.0 / ours, sign * odds
    if target == "overlap":
        return 1.0 - ours, sign * e * (1.0 - e)
    # The others: 1 for who is the target (or the rarer arm at this score), the odds otherwise.
    fixed = {"treated": treated, "untreated": ~treated}.get(target, ours <= 0.5)
    return np.where(fixed, one, odds), np.where(fixed, none, sign * odds)
