"""What a participant is told where something was not taken: a code, a message, a next step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from workbench.challenge.store.challenges import UnknownChallenge
from workbench.errors import Problem, SubmissionRejected
from workbench.scoring.raw import shown

_LONGEST = 500


class Refusal(SubmissionRejected):
    """A request was refused; nothing was recorded and nothing counted (exit code 4).

    Codes: ``unknown-challenge``, ``challenge-closed``, ``unknown-team``, ``not-yours``,
    ``token-refused``, ``unknown-phase``, ``no-open-phase``, ``phase-not-open``, ``phase-closed``,
    ``phase-takes-no-files``, ``quota-day``, ``quota-total``, ``quota-concurrent``,
    ``quota-failed``, ``not-found``, ``withdrawn-before``. A server has some more:
    ``docs/server.md``.

    Args:
        code: One of these.
        message: What was received and what was expected.
        where: Challenge, phase or submission.
        remedy: The next step.
    """

    def __init__(self, code: str, message: str, where: str = "", remedy: str = "") -> None:
        # They quote what somebody typed: no control character of it reaches a terminal or a log.
        problem = Problem(code, *(shown(text, _LONGEST) for text in (message, where, remedy)))
        super().__init__("refused", problems=[problem])
        self.code = code

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the trip back from a worker process."""
        (problem,) = self.problems
        return Refusal, (problem.code, problem.message, problem.where, problem.remedy)


def not_found(name: str) -> Refusal:
    """Return the one answer to what is absent, another team's, or asked for without a token."""
    what = "submission" if name == "last" else f"'{name[:80]}'"
    message = f"there is no {what}, or it is not yours"
    return Refusal("not-found", message, "", "check the id and the token")


@contextmanager
def unknown_is_refused() -> Iterator[None]:
    """Tell who sends to, or asks about, an unknown challenge so by the code ``unknown-challenge``.

    For an organiser, or a reader of boards, the same question is wrong use.

    Raises:
        Refusal: ``unknown-challenge``.
    """
    try:
        yield
    except UnknownChallenge as error:
        raise Refusal("unknown-challenge", error.message, "", error.remedy) from error


def upload_too_large(most: int) -> Refusal:
    """Return the answer to a file that is larger than a server takes.

    Args:
        most: Most bytes it takes.
    """
    message = f"the file is larger than {most:,} bytes, the most this server takes"
    return Refusal("upload-too-large", message, "", "leave out what is not asked for, or use gzip")
