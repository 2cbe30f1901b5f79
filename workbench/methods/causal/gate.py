"""No effect is given where the arms are not alike or too little is left of the cohort."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from workbench.errors import Problem, UsageError
from workbench.methods.causal.estimate import Emulated
from workbench.methods.causal.outcome_gate import outcome_problems

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What a comparison must keep to.

    Attributes:
        max_asmd: Largest standardised mean difference after weighting, whatever its sign. 0.1 by
            custom (Austin 2009, Stat Med 28:3083).
        min_ess_share: Lowest effective sample size of an arm, as a share of its persons.
        min_represented: How much of the cohort an arm must stand for, where the estimator says
            (``represented``); as far above 1 is as wrong. Beyond it few carry the weight, and
            intervals are too narrow.
        min_uncensored: Least probability of being uncensored that a person may be divided by.
        max_extrapolated: Share of the cohort that may be like nobody in an arm, where the
            estimator predicts them from it.
        max_miscalibration: Factor by which events may differ from those that an outcome model
            expects in a fifth of its arm, where it is more than chance.
        min_events_per_coefficient: Of an outcome model. 5 to 9 do (Vittinghoff and McCulloch 2007,
            Am J Epidemiol 165:710), fewer hardly.
    """

    max_asmd: float = 0.1
    min_ess_share: float = 0.1
    min_represented: float = 0.8
    min_uncensored: float = 0.01
    max_extrapolated: float = 0.05
    max_miscalibration: float = 1.25
    min_events_per_coefficient: float = 5.0


@dataclass(frozen=True)
class Override:
    """Somebody wants to see the effect in spite of the gate.

    Attributes:
        who: Name of the person who answers for it.
        reason: Why, for the report.
    """

    who: str
    reason: str

    def __post_init__(self) -> None:
        """Refuse an override that nobody stands for."""
        empty = [name for name in ("who", "reason") if not getattr(self, name).strip()]
        if empty:
            raise UsageError(
                f"an override of the gate needs {' and '.join(empty)}",
                remedy="write who decides it and why; both are printed in the report",
            )


@dataclass(frozen=True)
class Gate:
    """Whether an effect may be given.

    Attributes:
        problems: What fails: ``imbalance``, ``low-ess``, ``not-represented``, ``few-uncensored``;
            of models of the outcome ``extrapolation``, ``miscalibrated``, ``few-events``; of an
            estimator that could not answer, why.
        limits: Against which limits.
        override: Who opened it in spite of them, or None.
        refused: Whether the estimator could not answer: the problems say why, and there is nothing
            an override could show.
    """

    problems: tuple[Problem, ...]
    limits: Limits
    override: Override | None = None
    refused: bool = False

    @property
    def open(self) -> bool:
        """Whether the effect is given."""
        return not self.problems or self.override is not None

    def as_dict(self) -> dict[str, Any]:
        """Return the gate as plain values, for the result and the report."""
        return {
            "open": self.open,
            "passed": not self.problems,
            "refused": self.refused,
            "problems": [problem.as_dict() for problem in self.problems],
            "limits": asdict(self.limits),
            "override": None if self.override is None else asdict(self.override),
        }


def check_gate(
    facts: Mapping[str, Any], limits: Limits | None = None, override: Override | None = None
) -> Gate:
    """Judge the diagnostics of a comparison.

    Args:
        facts: Of a weighted one from :func:`~workbench.methods.causal.diagnostics.diagnose`:
            ``balance``, ``ess`` and ``persons`` by arm, and where known ``represented`` and
            ``least_uncensored``. Of one that predicts, from
            :func:`~workbench.methods.causal.outcome_checks.outcome_facts`.
        limits: What must be kept to.
        override: Opens a gate that fails; it is logged as a warning and kept.

    >>> row = {"covariate": "age", "smd_after": -0.31}
    >>> gate = check_gate({"balance": [row], "ess": {"a": 50.0}, "persons": {"a": 60}})
    >>> gate.open, gate.problems[0].code
    (False, 'imbalance')
    """
    kept = limits or Limits()
    if "refused" in facts:
        return Gate(tuple(Problem(**one) for one in facts["refused"]), kept, refused=True)
    # Who predicts weights nobody. Facts that say neither are a mistake, and no open gate.
    weighted = {"balance": (), "ess": {}} if "extrapolated" in facts else facts
    problems = [
        Problem(
            "imbalance",
            f"standardised difference {row['smd_after']:+.2f} after weighting, "
            f"the limit is {kept.max_asmd:g}",
            f"covariate {row['covariate']}",
            "change the weight model, narrow the eligibility, or give no effect",
        )
        for row in weighted["balance"]
        if not abs(row["smd_after"]) <= kept.max_asmd
    ]
    problems += [
        Problem(
            "low-ess",
            f"effective sample size {size:.1f} of {facts['persons'][arm]} persons, "
            f"the limit is {kept.min_ess_share:.0%}",
            f"arm {arm}",
            "weight for the overlap, truncate, or narrow the eligibility",
        )
        for arm, size in weighted["ess"].items()
        if not size >= kept.min_ess_share * facts["persons"][arm]
    ]
    problems += _carried_by_few(facts, kept)
    problems += outcome_problems(facts, kept)
    if problems and override is not None:
        failed = "; ".join(problem.render() for problem in problems)
        _log.warning("gate overridden by %s: %s (%s)", override.who, override.reason, failed)
        return Gate(tuple(problems), kept, override)
    return Gate(tuple(problems), kept)


def _carried_by_few(facts: Mapping[str, Any], limits: Limits) -> list[Problem]:
    """Return where a few persons stand for many, so that an interval would be too narrow."""
    low, high = limits.min_represented, 1.0 / limits.min_represented
    problems = [
        Problem(
            "not-represented",
            f"its persons stand for {share:.2f} of the cohort, the limits are {low:g} to {high:g}",
            f"arm {arm}",
            "narrow the eligibility to who could get either, or mend the model of treatment",
        )
        for arm, share in facts.get("represented", {}).items()
        if not low <= share <= high
    ]
    least = facts.get("least_uncensored", 1.0)
    if not least >= limits.min_uncensored:
        problems.append(
            Problem(
                "few-uncensored",
                f"somebody stands for {1 / least if least > 0 else float('inf'):.0f} who were "
                f"lost, the limit is {1 / limits.min_uncensored:.0f}",
                "the model of loss",
                "choose an earlier horizon, or follow people longer",
            )
        )
    return problems


def gated(result: Emulated, gate: Gate) -> Emulated:
    """Return a result as it may be shown: where the gate is closed without estimates and curves.

    The weights and all diagnostics stay, and ``facts["gate"]`` says what was decided and by whom.
    """
    facts = {**result.facts, "gate": gate.as_dict()}
    if gate.open:
        return replace(result, facts=facts)
    return Emulated([], pd.DataFrame(columns=result.curves.columns), result.weights, facts)
