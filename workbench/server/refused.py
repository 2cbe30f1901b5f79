"""Answers what no route answers: as the router of the address does, else as a problem document."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from starlette.requests import Request
from starlette.responses import Response

from workbench.server import problems


@runtime_checkable
class Speaks(Protocol):
    """A router with a form of its own for what is refused at its addresses, such as a page."""

    def refused(self, request: Request, error: Exception) -> Response | None:
        """Return the answer; None where the address is not one of its own.

        It is asked for requests that there are too many of: it must cost little.
        """


def refused(request: Request, error: Exception, *, status: int | None = None) -> Response:
    """Return the answer to a request that reached no route.

    Args:
        request: The request; nothing of its body is read.
        error: Why it is refused.
        status: HTTP status, where the error itself says none.
    """
    for router in request.app.state.speakers:
        answer: Response | None = router.refused(request, error)
        if answer is not None:
            return answer
    return problems.answer(error, request.state.request_id, status=status)
