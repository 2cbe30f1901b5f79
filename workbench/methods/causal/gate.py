"""No effect is given where the arms are not alike or too little is left of the cohort."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import pandas as pd

from workbench.errors import Problem, UsageError
from workbench.methods.causal.estimate import Emulated

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What a comparison must keep to.

    Attributes:
        max_asmd: Largest standardised mean difference after weighting, whatever its sign. 0.1 by
            custom (Austin 2009, Stat Med 28:3083).
        min_ess_share: Lowest effective sample size of an arm, as a share of its persons.
    """

    max_asmd: float = 0.1
    min_ess_share: float = 0.1


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
        problems: What fails: ``imbalance``, ``low-ess``.
        limits: Against which limits.
        override: Who opened it in spite of them, or None.
    """

    problems: tuple[Problem, ...]
    limits: Limits
    override: Override | None = None

    @property
    def open(self) -> bool:
        """Whether the effect is given."""
        return not self.problems or self.override is not None

    def as_dict(self) -> dict[str, Any]:
        """Return the gate as plain values, for the result and the report."""
        return {
            "open": self.open,
            "passed": not self.problems,
            "problems": [problem.as_dict() for problem in self.problems],
            "limits": asdict(self.limits),
            "override": None if self.override is None else asdict(self.override),
        }


def check_gate(
    facts: Mapping[str, Any], limits: Limits | None = None, override: Override | None = None
) -> Gate:
    """Judge the diagnostics of a weighted comparison.

    Args:
        facts: From :func:`~workbench.methods.causal.diagnostics.diagnose`: ``balance``, ``ess`` and
            ``persons`` by arm.
        limits: What must be kept to.
        override: Opens a gate that fails; it is logged as a warning and kept.

    >>> row = {"covariate": "age", "smd_after": -0.31}
    >>> gate = check_gate({"balance": [row], "ess": {"a": 50.0}, "persons": {"a": 60}})
    >>> gate.open, gate.problems[0].code
    (False, 'imbalance')
    """
    kept = limits or Limits()
    problems = [
        Problem(
            "imbalance",
            f"standardised difference {row['smd_after']:+.2f} after weighting, "
            f"the limit is {kept.max_asmd:g}",
            f"covariate {row['covariate']}",
            "change the weight model, narrow the eligibility, or give no effect",
        )
        for row in facts["balance"]
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
        for arm, size in facts["ess"].items()
        if not size >= kept.min_ess_share * facts["persons"][arm]
    ]
    if problems and override is not None:
        failed = "; ".join(problem.render() for problem in problems)
        _log.warning("gate overridden by %s: %s (%s)", override.who, override.reason, failed)
        return Gate(tuple(problems), kept, override)
    return Gate(tuple(problems), kept)


def gated(result: Emulated, gate: Gate) -> Emulated:
    """Return a result as it may be shown: where the gate is closed without estimates and curves.

    The weights and all diagnostics stay, and ``facts["gate"]`` says what was decided and by whom.
    """
    facts = {**result.facts, "gate": gate.as_dict()}
    if gate.open:
        return replace(result, facts=facts)
    return Emulated([], pd.DataFrame(columns=result.curves.columns), result.weights, facts)
