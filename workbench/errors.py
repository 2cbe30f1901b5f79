"""Errors a user can act on, each with a documented exit code.

Every error says what was received, where, what was expected and what to do next. The command line
prints ``render()`` on stderr and ends with ``exit_code``; no traceback is shown for a user mistake.

=====  =========================  =============================================
code   class                      meaning
=====  =========================  =============================================
1      ``RunError``               a run failed
1      ``HostError``              scoring failed on the organiser's side; its details are the host's
2      ``UsageError``             wrong use or configuration
3      ``DataError``              data missing or unreadable
4      ``SubmissionRejected``     a submission broke the challenge's rules
130    (interrupt)                stopped by the user
=====  =========================  =============================================
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, precise enough to be mended without asking.

    Attributes:
        code: Stable machine-readable name, such as ``"missing-row"``.
        message: What was received and what was expected.
        where: File, line, row, column, key or slide.
        remedy: The next step.
    """

    code: str
    message: str
    where: str = ""
    remedy: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the four fields as a plain dictionary (stable JSON form)."""
        return asdict(self)

    def render(self) -> str:
        """Return the problem as one line of text.

        >>> Problem("nan", "probability is NaN", "row 3, column p1", "write a number").render()
        'row 3, column p1: probability is NaN [nan]. Write a number.'
        """
        place = f"{self.where}: " if self.where else ""
        remedy = f" {self.remedy[0].upper()}{self.remedy[1:].rstrip('.')}" if self.remedy else ""
        remedy += "." if remedy and not remedy.endswith(("?", "!")) else ""
        end = "." if remedy and not self.message.endswith((".", "?", "!")) else ""
        return f"{place}{self.message} [{self.code}]{end}{remedy}"


class WorkbenchError(Exception):
    """Base of all errors meant for the user.

    Args:
        message: What was received and what was expected.
        where: File, line, key or slide the error is about.
        remedy: The next step.
        problems: All single problems, when several were found at once.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        where: str = "",
        remedy: str = "",
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.remedy = remedy
        self.problems = tuple(problems)

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip back from a worker process (sweeps run jobs in processes)."""
        return _rebuild, (type(self), self.message, self.where, self.remedy, self.problems)

    def __str__(self) -> str:
        return self.render()

    def render(self, most: int = 50) -> str:
        """Return the whole error as text: message, place, each problem, next step.

        Args:
            most: How many single problems to print; the rest are counted.
        """
        lines = [f"{self.where}: {self.message}" if self.where else self.message]
        lines += [f"  - {problem.render()}" for problem in self.problems[:most]]
        if len(self.problems) > most:
            lines.append(f"  ... and {len(self.problems) - most} more")
        if self.remedy:
            lines.append(f"Next: {self.remedy}")
        return "\n".join(lines)

    def as_dict(self) -> dict[str, object]:
        """Return the error as plain JSON values: the document of ``--json`` and of a server."""
        return {
            "message": self.message,
            "where": self.where,
            "remedy": self.remedy,
            "problems": [problem.as_dict() for problem in self.problems],
            "exit_code": self.exit_code,
        }


class RunError(WorkbenchError):
    """A run started and failed (exit code 1)."""

    exit_code = 1


class HostError(WorkbenchError):
    """Scoring failed on the organiser's side (exit code 1): only the host sees what it says.

    The message may name files, labels or a traceback. A participant is shown ``public`` instead,
    which by default says nothing that depends on the challenge's hidden parts.

    Args:
        message: What happened, for the host.
        public: What a participant may see.
        where: File, line, key or slide, for the host.
        remedy: The host's next step.
        problems: All single problems, for the host.
    """

    exit_code = 1
    PUBLIC = "the organiser's side could not score this submission; the organiser has been told"

    def __init__(
        self,
        message: str,
        *,
        public: str = PUBLIC,
        where: str = "",
        remedy: str = "",
        problems: Sequence[Problem] = (),
    ) -> None:
        super().__init__(message, where=where, remedy=remedy, problems=problems)
        self.public = public

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip back from a worker process with the text for participants."""
        return _rebuild_host, (self.message, self.public, self.where, self.remedy, self.problems)


class UsageError(WorkbenchError):
    """Wrong use of a command, or a wrong configuration (exit code 2)."""

    exit_code = 2


class DataError(WorkbenchError):
    """Data is missing, unreadable or breaks its card (exit code 3)."""

    exit_code = 3


class SubmissionRejected(WorkbenchError):
    """A submission breaks the rules of its challenge (exit code 4)."""

    exit_code = 4


def did_you_mean(word: str, options: Iterable[str], *, most: int = 3) -> str:
    """Return a hint naming the closest options, or an empty string when none is close.

    >>> did_you_mean("mamography", ["mammography", "parkinson"])
    "did you mean 'mammography'?"
    >>> did_you_mean("xyz", ["mammography"])
    ''
    """
    known = list(dict.fromkeys(str(option) for option in options))
    close = difflib.get_close_matches(str(word), known, n=most, cutoff=0.6)
    if not close:
        return ""
    quoted = [f"'{option}'" for option in close]
    if len(quoted) == 1:
        return f"did you mean {quoted[0]}?"
    return f"did you mean {', '.join(quoted[:-1])} or {quoted[-1]}?"


def _rebuild(
    kind: type[WorkbenchError],
    message: str,
    where: str,
    remedy: str,
    problems: Sequence[Problem],
) -> WorkbenchError:
    """Rebuild an error that was pickled."""
    return kind(message, where=where, remedy=remedy, problems=problems)


def _rebuild_host(
    message: str, public: str, where: str, remedy: str, problems: Sequence[Problem]
) -> HostError:
    """Rebuild an error for the host that was pickled."""
    return HostError(message, public=public, where=where, remedy=remedy, problems=problems)
