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

from workbench.challenge.store.permission import PUBLIC
from workbench.challenge.submissions import Refusal
from workbench.challenge.submissions.refusals import upload_too_large
from workbench.errors import WorkbenchError
from workbench.server import logs, problems
from workbench.server.gate import MOST_FORM
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


class PageRouter(APIRouter):
    """A router for pages; they are no part of the API's document."""

    def __init__(self) -> None:
        super().__init__(route_class=PageRoute, include_in_schema=False)


def pages() -> APIRouter:
    """Return a router for some pages."""
    return PageRouter()


def is_page(path: str) -> bool:
    """Say whether an address is a page's: the root, or one that begins with a language.

    >>> is_page("/"), is_page("/fr/nothing"), is_page("/french"), is_page("/api/v1/me")
    (True, True, False, False)
    """
    return path.split("/")[1] in ("", *LANGUAGES)


def error_page(request: Request, error: Exception) -> Response:
    """Return what may be seen of a route's error as a page, and log what the host must mend."""
    if isinstance(error, RequestValidationError):
        error = _not_understood(error)
    if problems.is_host_side(error) and not isinstance(error, HTTPException):
        logs.note_error(error, request=request.state.request_id)
    return _error_page(request, error, _visitor(request))


def refused_page(request: Request, error: Exception) -> Response:
    """Return the page of a request that reached no route; who looks is not asked."""
    return _error_page(request, error, None)


def _error_page(request: Request, error: Exception, visitor: Visitor | None) -> Response:
    """Return a page that says what may be seen of an error, and the next step."""
    status = None
    if isinstance(error, HTTPException):
        status = error.status_code
        error = upload_too_large(MOST_FORM) if status == 413 else _no_page()
    elif isinstance(error, Refusal) and error.code in ("no-such-route", "method-not-allowed"):
        error, status = _no_page(), problems.status_of(error)
    told = problems.shown(error, host=getattr(request.state, "scope", "public") == "organiser")
    unforeseen = not isinstance(error, WorkbenchError)
    status = status or (500 if unforeseen else problems.status_of(told))
    answer = page(
        request,
        language_of(request),
        "error.html",
        visitor=visitor or Visitor(PUBLIC),
        says_who=visitor is not None,
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
        return _no_page()
    return problems.invalid(found)


def _no_page() -> Refusal:
    return Refusal("not-found", "there is no such page", "", "")


def _visitor(request: Request) -> Visitor:
    """Return who looks; an error page must not fail at that again."""
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
