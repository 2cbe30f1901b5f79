"""An error a server told, as the error it was there: the same words and the same exit code."""

from __future__ import annotations

import json
from typing import Any

from workbench.challenge.submissions import Refusal
from workbench.errors import (
    DataError,
    Problem,
    RunError,
    SubmissionRejected,
    UsageError,
    WorkbenchError,
)

_KINDS: dict[int, type[WorkbenchError]] = {
    1: RunError,
    2: UsageError,
    3: DataError,
    4: SubmissionRejected,
}


def told_error(status: int, body: bytes, origin: str) -> WorkbenchError:
    """Return the error in an answer.

    Args:
        status: HTTP status.
        body: A problem document (RFC 9457) with the error under ``error``.
        origin: Of the server, for an answer that is none of a workbench server.
    """
    try:
        told = json.loads(body)["error"]
        problems = [Problem(**{k: _plain(v) for k, v in one.items()}) for one in told["problems"]]
        message, where, remedy = (_plain(told[name]) for name in ("message", "where", "remedy"))
        kind = _KINDS.get(told["exit_code"], RunError)
    except (ValueError, KeyError, TypeError, AttributeError):
        remedy = "check the URL of --server; if it is right, tell the organiser"
        message = f"the server answered {status} without saying why"
        return DataError(message, where=origin, remedy=remedy)
    if _is_refusal(kind, message, problems):
        (one,) = problems
        return Refusal(one.code, one.message, one.where, one.remedy)
    return kind(message, where=where, remedy=remedy, problems=problems)


def _is_refusal(kind: type[WorkbenchError], message: str, problems: list[Any]) -> bool:
    """Say whether an error is a request that was refused, and no file."""
    return kind is SubmissionRejected and message == "refused" and len(problems) == 1


def _plain(text: object) -> str:
    r"""Return a text a server sent with nothing in it that a terminal would obey.

    >>> _plain("a\x1b[2Jb\nc")
    'a\\x1b[2Jb\nc'
    """
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in str(text))
