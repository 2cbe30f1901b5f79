"""What the checks of a challenge find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.errors import DataError, Problem, WorkbenchError

Outcome = Literal["ok", "problem", "warning", "skipped"]


@dataclass(frozen=True)
class Finding:
    """One check and what came of it.

    Attributes:
        check: Name of the check, with the split or baseline it looked at.
        outcome: ``ok``; ``problem``: the challenge must not open; ``warning``: the organiser
            decides; ``skipped``: what it needs was not given.
        detail: What was found.
        problem: The same as a problem with code, place and remedy, where there is one.
        values: Figures, such as those of the leak test.
    """

    check: str
    outcome: Outcome
    detail: str
    problem: Problem | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        problem = None if self.problem is None else self.problem.as_dict()
        return {
            "check": self.check,
            "outcome": self.outcome,
            "detail": self.detail,
            "problem": problem,
            "values": dict(self.values),
        }


@dataclass(frozen=True)
class PackReport:
    """All findings of a challenge."""

    challenge: str
    version: str
    card: str
    findings: tuple[Finding, ...]

    @property
    def problems(self) -> list[Problem]:
        """What must be mended before the challenge opens."""
        return [f.problem for f in self.findings if f.outcome == "problem" and f.problem]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "challenge": self.challenge,
            "version": self.version,
            "card": self.card,
            "findings": [finding.as_dict() for finding in self.findings],
        }

    def raise_problems(self) -> None:
        """Raise what must be mended.

        Raises:
            DataError: There is a problem; all are listed.
        """
        if self.problems:
            count = f"{len(self.problems)} problem{'s' if len(self.problems) > 1 else ''}"
            raise DataError(
                f"the challenge has {count}",
                where=f"{self.challenge} {self.version}",
                problems=self.problems,
                remedy="mend them before the challenge opens",
            )


def told(name: str, error: WorkbenchError) -> Iterator[Finding]:
    """Turn an error into findings, one a problem."""
    problems = error.problems or [Problem("unusable", error.message, error.where, error.remedy)]
    for each in problems[:50]:
        yield Finding(name, "problem", each.message, each)


def problem(name: str, code: str, message: str, where: str, remedy: str) -> Finding:
    """Return a finding that must be mended."""
    return Finding(name, "problem", message, Problem(code, message, where, remedy))


def warning(name: str, code: str, message: str, where: str, remedy: str) -> Finding:
    """Return a finding the organiser decides on."""
    return Finding(name, "warning", message, Problem(code, message, where, remedy))
