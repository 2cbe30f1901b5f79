"""The check report: what is right or wrong with a file, as one stable JSON document.

It is made from the file, the card and the keys of the cases, and from nothing else: the same bytes
on a participant's laptop and on the organiser's server, whatever the hidden labels are.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from workbench import digests
from workbench.errors import Problem, SubmissionRejected
from workbench.scoring.answer_kinds import kind_of
from workbench.scoring.card import Challenge
from workbench.scoring.check import check_submission

_MOST_LISTED = 1000
_CONFIG = ConfigDict(extra="forbid", frozen=True)


class ReportedProblem(BaseModel):
    """One problem; ``row`` is null and the texts are empty where they do not apply."""

    model_config = _CONFIG
    code: str
    message: str
    where: str
    remedy: str
    row: int | None = Field(default=None, description="number of the data row, from 1")
    column: str = ""
    key: str = ""
    value: str = ""


class CheckReport(BaseModel):
    """The result of checking one file."""

    model_config = _CONFIG
    schema_version: Literal["1.0"] = "1.0"
    challenge: str
    version: str
    card: str = Field(description="digest of the challenge card")
    cases: str = Field(description="digest of the keys that must be answered")
    n_cases: int
    file: str = Field(description="sha256 of the bytes as sent")
    size: int = Field(description="of the file as sent, in bytes")
    accepted: bool
    answers: str | None = Field(description="digest of the answers, whatever file they came in")
    n_missing: int | None = Field(description="cases without an answer, which the policy fills in")
    n_problems: int
    counts: dict[str, int] = Field(description="problems by code")
    problems: list[ReportedProblem] = Field(
        description=f"the first {_MOST_LISTED}, first a few of each kind"
    )
    remarks: list[ReportedProblem] = Field(
        default=[],
        exclude_if=lambda value: not value,
        description="what is odd about an accepted file; absent where nothing is",
    )

    def to_json(self) -> str:
        """Return the report as canonical JSON: the same bytes on every machine."""
        content = self.model_dump(mode="json")
        return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"

    @property
    def digest(self) -> str:
        """The sha256 of the report's JSON."""
        return digests.of_bytes(self.to_json().encode("utf-8"))

    def error(self, where: str = "") -> SubmissionRejected:
        """Return the report of a rejected file as an error for people."""
        count = f"{self.n_problems} problem{'s' if self.n_problems != 1 else ''}"
        if self.n_problems > 10:
            count += f": {', '.join(f'{n} {code}' for code, n in self.counts.items())}"
        if self.n_problems > len(self.problems):
            count += f"; {len(self.problems):,} of them are listed"
        return SubmissionRejected(
            f"the submission has {count}",
            where=where or "submission",
            problems=[Problem(p.code, p.message, p.where, p.remedy) for p in self.problems],
            remedy="mend the file and check it again; a rejected file costs no quota",
        )


class Checked(NamedTuple):
    """A report and, where the file was accepted, its answers in canonical form."""

    report: CheckReport
    table: pd.DataFrame | None


def check_report(content: bytes, challenge: Challenge, keys: Iterable[str]) -> CheckReport:
    """Return the report of a submitted file; see :func:`checked`."""
    return checked(content, challenge, keys).report


def checked(content: bytes, challenge: Challenge, keys: Iterable[str]) -> Checked:
    """Check a submitted file.

    Args:
        content: The bytes as sent: CSV or Parquet, gzip allowed.
        challenge: The challenge whose rules hold.
        keys: Keys of all cases that must be answered, in any order.

    Returns:
        The report, and what :func:`workbench.scoring.check_submission` returns for a good file.
    """
    expected = sorted(str(key) for key in keys)
    table: pd.DataFrame | None = None
    problems: tuple[Problem, ...] = ()
    try:
        table = check_submission(content, challenge, expected)
    except SubmissionRejected as rejected:
        problems = rejected.problems
    listed = [
        ReportedProblem.model_validate(problem.as_dict()) for problem in problems[:_MOST_LISTED]
    ]
    report = CheckReport(
        challenge=challenge.id,
        version=challenge.version,
        card=challenge.digest,
        cases=hashlib.sha256("\n".join(expected).encode("utf-8", "surrogatepass")).hexdigest(),
        n_cases=len(expected),
        file=digests.of_bytes(content),
        size=len(content),
        accepted=table is not None,
        answers=None if table is None else digests.of_table(table, challenge.key),
        n_missing=None if table is None else _missing(table, challenge),
        n_problems=len(problems),
        counts=dict(sorted(Counter(problem.code for problem in problems).items())),
        problems=listed,
        remarks=[] if table is None else _remarks(table, challenge),
    )
    return Checked(report, table)


def _missing(table: pd.DataFrame, challenge: Challenge) -> int:
    """Return how many cases have no answer."""
    return int(table[kind_of(challenge).columns(challenge)].isna().all(axis=1).sum())


def _remarks(table: pd.DataFrame, challenge: Challenge) -> list[ReportedProblem]:
    """Return what the author may want to look at again."""
    found = kind_of(challenge).remarks(table, challenge)
    return [ReportedProblem.model_validate(one.as_dict()) for one in found]
