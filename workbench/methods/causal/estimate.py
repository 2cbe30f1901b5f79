"""What every estimator of an effect returns: a number with its interval and its conventions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from workbench.errors import DataError, Problem

Estimand = Literal[
    "risk_difference", "rmst_difference", "risk_ratio", "hazard_ratio", "mean_difference"
]


@dataclass(frozen=True)
class Estimate:
    """An effect of one strategy against another.

    Attributes:
        estimator: Name of the estimator, such as ``clone_censor_weight``.
        estimand: What the number is. A risk difference is of the outcome's risk by the horizon,
            strategy minus comparator: below 0 means that the strategy helps. A difference of
            restricted means (RMST) is in days: above 0 helps.
        value: The number.
        low: Lower end of the interval; NaN where none was asked for.
        high: Upper end.
        standard_error: Of ``value`` (of its logarithm for ratios); NaN where unknown.
        level: Of the interval.
        interval: How it was made: ``influence``, ``sandwich``, ``bootstrap of persons`` ...
        horizon_days: Day the risk is read off, or RMST restricted to; NaN for an outcome without
            time.
        population: Whom the effect is of: ``all``, ``treated``, ``overlap``, ``matched``.
        n: Persons used.
        convention: Other choices in words.
        facts: Effective sample size, resamples, seed, share truncated ...
    """

    estimator: str
    estimand: Estimand
    value: float
    low: float
    high: float
    standard_error: float
    level: float
    interval: str
    horizon_days: float
    population: str
    n: int
    convention: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Emulated:
    """What one estimator found.

    Attributes:
        estimates: One for each estimand.
        curves: Survival under each strategy: columns ``strategy``, ``day``, ``survival`` and, where
            known, ``low``, ``high``, ``at_risk``.
        weights: One row a person (or clone) with ``strategy``, ``weight`` at the end of follow-up;
            empty where nothing is weighted.
        facts: Counts by reason, effective sample sizes, warnings, for the report. Of an estimator
            that could not answer, ``refused``: the problems by name.
    """

    estimates: list[Estimate]
    curves: pd.DataFrame
    weights: pd.DataFrame
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def refused(cls, error: DataError) -> Emulated:
        """Return the result of an estimator that could not answer: the reason, and no number."""
        problems = error.problems or (Problem("refused", error.message, error.where),)
        return cls(
            [],
            pd.DataFrame(columns=["strategy", "day", "survival", "low", "high", "at_risk"]),
            pd.DataFrame(columns=["person", "strategy", "weight"]),
            {"refused": [one.as_dict() for one in problems]},
        )
