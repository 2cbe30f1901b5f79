"""What holds back an effect that stands on models of the outcome instead of on weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from workbench.errors import Problem
from workbench.methods.causal.outcome_checks import GROUPS

if TYPE_CHECKING:
    from workbench.methods.causal.gate import Limits

# Of a group's events, in standard errors: 1 in 1000 by chance.
_BEYOND_CHANCE = 3.29


def outcome_problems(facts: Mapping[str, Any], limits: Limits) -> Iterator[Problem]:
    """Yield why models of the outcome may not speak for everybody.

    Args:
        facts: From :func:`~workbench.methods.causal.outcome_checks.outcome_facts`; of an estimator
            without such models nothing, and nothing is found.
        limits: What must be kept to.
    """
    for arm, share in facts.get("extrapolated", {}).items():
        if not share <= limits.max_extrapolated:
            yield Problem(
                "extrapolation",
                f"{share:.0%} of the cohort are like nobody in it, "
                f"the limit is {limits.max_extrapolated:.0%}",
                f"arm {arm}",
                "narrow the eligibility to who could get either, or give no effect",
            )
    for arm, groups in facts.get("calibration", {}).items():
        for row in groups:
            off = max(row["ratio"], 1.0 / row["ratio"] if row["ratio"] > 0 else float("inf"))
            if off > limits.max_miscalibration and abs(row["z"]) > _BEYOND_CHANCE:
                yield Problem(
                    "miscalibrated",
                    f"{row['ratio']:.2f} times the events that the outcome model expects in group "
                    f"{row['group']} of {GROUPS} by risk, the limit is a factor of "
                    f"{limits.max_miscalibration:g}",
                    f"arm {arm}",
                    "add squares or products of covariates, or weight instead",
                )
    for arm, each in facts.get("events_per_coefficient", {}).items():
        if each is not None and not each >= limits.min_events_per_coefficient:
            yield Problem(
                "few-events",
                f"{each:.1f} events for each coefficient of the outcome model, "
                f"the limit is {limits.min_events_per_coefficient:g}",
                f"arm {arm}",
                "adjust for fewer covariates, follow longer, or weight instead",
            )
