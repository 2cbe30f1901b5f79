"""What somebody outside may see of an error: one function decides, for every route.

The answer is a problem document (RFC 9457) that holds, under ``error``, the same document the
command line prints with ``--json``.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from workbench.challenge.store.challenges import UnknownChallenge
from workbench.challenge.store.permission import NotAllowed
from workbench.challenge.submissions import Refusal, for_participant
from workbench.challenge.submissions.refusals import not_found
from workbench.errors import (
    DataError,
    Problem,
    SubmissionRejected,
    UsageError,
    WorkbenchError,
)

MEDIA_TYPE = "application/problem+json"
_STATUS = {
    "token-missing": 401,
    "token-refused": 401,
    "not-yours": 403,
    "not-found": 404,
    "unknown-challenge": 404,
    "unknown-phase": 404,
    "unknown-team": 404,
    "unknown-kind": 404,
    "no-such-route": 404,
    "method-not-allowed": 405,
    "upload-too-slow": 408,
    "idempotency-key-reused": 409,
    "upload-too-large": 413,
    "upload-damaged": 400,
    "invalid-request": 422,
    "rate-limited": 429,
}
"""HTTP status of a refusal; 409 for every other one: the state of the challenge is in the way."""
_TITLES = {
    400: "Bad request",
    401: "Sign in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Not now",
    413: "Too large",
    422: "Rejected",
    429: "Too many requests",
    500: "Error on the organiser's side",
    503: "Not available",
}


class ErrorDocument(BaseModel):
    """An error as the command line prints it with ``--json``."""

    message: str
    where: str
    remedy: str
    problems: list[dict[str, str | int | None]]
    exit_code: int = Field(description="of the command line; see workbench/errors.py")


class ProblemDocument(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    instance: str = Field(description="id of the request, also in the organiser's log")
    error: ErrorDocument


class Wait(Refusal):
    """Somebody has to wait: ``rate-limited``.

    Args:
        seconds: How long.
        what: What there was too much of.
    """

    def __init__(self, seconds: int, what: str) -> None:
        super().__init__("rate-limited", what, "", f"wait {seconds} s")
        self.seconds = seconds


def shown(error: Exception, *, host: bool = False) -> WorkbenchError:
    """Return what may be seen of an error.

    Args:
        error: Whatever was raised.
        host: Whether an organiser asks, who may read the details of the organiser's side.
    """
    if isinstance(error, NotAllowed):
        return not_found(error.message.partition("'")[2].rpartition("'")[0] or "it")
    return error if host and isinstance(error, WorkbenchError) else for_participant(error)


def status_of(error: WorkbenchError) -> int:
    """Return the HTTP status of an error that may be seen."""
    if isinstance(error, Refusal):
        return _STATUS.get(error.code, 409)
    if isinstance(error, SubmissionRejected):
        return 422
    if isinstance(error, UnknownChallenge):
        return 404
    if isinstance(error, UsageError):
        return 400
    return 503


def answer(
    error: Exception, request_id: str, *, host: bool = False, status: int | None = None
) -> JSONResponse:
    """Return the answer to a request that ended with an error."""
    told = shown(error, host=host)
    unforeseen = not isinstance(error, WorkbenchError)
    code = status or (500 if unforeseen else status_of(told))
    problem = told.problems[0] if isinstance(told, Refusal) else None
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": _TITLES.get(code, "Error"),
        "status": code,
        "detail": problem.message if problem else told.message,
        "instance": f"urn:request:{request_id}",
        "error": told.as_dict(),
    }
    headers = {}
    if code == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="workbench"'
    if isinstance(error, Wait):
        headers["Retry-After"] = str(error.seconds)
    return JSONResponse(content, code, headers=headers, media_type=MEDIA_TYPE)


def invalid(problems: list[tuple[str, str]]) -> Refusal:
    """Return the refusal of a request of the wrong form; what was sent is not repeated.

    Args:
        problems: Where each is, and what was expected there.
    """
    place, expected = problems[0]
    refusal = Refusal("invalid-request", expected, place, "see /api/v1/openapi.json")
    refusal.problems = tuple(Problem("invalid-request", words, at) for at, words in problems)
    return refusal


def is_host_side(error: Exception) -> bool:
    """Say whether an error is the organiser's to mend, and belongs into the organiser's log."""
    return not isinstance(error, SubmissionRejected | UsageError) or isinstance(error, DataError)
