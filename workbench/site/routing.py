"""Routes of pages: addresses with a language, and errors as pages."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from workbench.challenge.submissions import Refusal
from workbench.errors import WorkbenchError
from workbench.server import logs, problems
from workbench.site.languages import LANGUAGES, Language, preferred
from workbench.site.page import page
from workbench.site.visitors import SignIn, Visitor, visitor_of


class _LanguagePart(StringConvertor):
    """Matches a language of the site and nothing else: other addresses are the API's."""

    regex = "|".join(LANGUAGES)


register_url_convertor("lang", _LanguagePart())
Lang = Annotated[Language, Path(description="of the page")]
_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route whose errors are pages in the language of its address."""

    def get_route_handler(self) -> _Handler:
        """Return the handler."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                return await inner(request)
            except SignIn:
                return _to_sign_in(request)
            except ClientDisconnect:
                raise
            except Exception as error:  # whatever it is: no text of it leaves, and a page is shown
                return error_page(request, error)

        return handle


def pages() -> APIRouter:
    """Return a router for pages; they are no part of the API's document."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def error_page(request: Request, error: Exception) -> Response:
    """Return what may be seen of an error as a page."""
    if isinstance(error, RequestValidationError):
        error = _not_understood(error)
    status = None
    if isinstance(error, HTTPException):
        status = error.status_code
        error = Refusal("no-such-route", "there is no such page", "", "")
    if problems.is_host_side(error):
        logs.note_error(error, request=request.state.request_id)
    told = problems.shown(error, host=getattr(request.state, "scope", "public") == "organiser")
    unforeseen = not isinstance(error, WorkbenchError)
    status = status or (500 if unforeseen else problems.status_of(told))
    answer = page(
        request,
        language_of(request),
        "error.html",
        visitor=_visitor(request),
        status=status,
        heading=f"error.heading.{status}",
        problems=told.problems or [told],
        request_id=request.state.request_id,
    )
    if isinstance(error, problems.Wait):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def language_of(request: Request) -> Language:
    """Return the language of an address; where it has none, what the browser prefers."""
    first = request.url.path.split("/")[1]
    if first == "en":
        return "en"
    return "fr" if first == "fr" else preferred(request.headers.get("accept-language", ""))


def _not_understood(error: RequestValidationError) -> Refusal:
    """Return the refusal of an address or a form that is not understood."""
    found = [(".".join(map(str, one["loc"][1:])), str(one["msg"])) for one in error.errors()]
    if any(one["loc"][:1] == ("path",) for one in error.errors()):
        return Refusal("not-found", "there is no such page", "", "")
    return problems.invalid(found)


def _visitor(request: Request) -> Visitor:
    """Return who looks; an error page must not fail at that again."""
    from workbench.challenge.store.permission import PUBLIC

    try:
        return visitor_of(request)
    except WorkbenchError:
        return Visitor(PUBLIC)


def _to_sign_in(request: Request) -> Response:
    """Send the visitor to sign in, and back where that was a page."""
    query = ""
    if request.method == "GET":
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        query = "?" + urlencode({"next": back})
    return RedirectResponse(f"/{language_of(request)}/sign-in{query}", 303)
