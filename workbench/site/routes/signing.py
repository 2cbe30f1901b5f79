"""Signing in with a token, and out."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Query
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from workbench.challenge.submissions import Refusal
from workbench.server.problems import Wait
from workbench.site.forms import Sent, check_csrf, is_of_cookie, sign_in_cookie, sign_in_proof
from workbench.site.languages import Language
from workbench.site.page import page
from workbench.site.routing import Lang, pages
from workbench.site.visitors import (
    FORM_COOKIE,
    set_cookie,
    set_form_cookie,
    sign_in,
    sign_out,
    visitor_of,
)

ROUTER = pages()
_LOCAL = re.compile(r"/(en|fr)/[A-Za-z0-9._~/?&=%:+-]*")


@ROUTER.get("/{lang:lang}/sign-in")
def form(
    request: Request, lang: Lang, next: Annotated[str, Query(max_length=2000)] = ""
) -> Response:
    """Show the form that asks for a token."""
    return _form(request, lang, next)


@ROUTER.post("/{lang:lang}/sign-in")
async def signed_in(request: Request, lang: Lang, sent: Sent) -> Response:
    """Begin a session for the holder of a token."""
    back = sent.text("next")
    if not is_of_cookie(sent.text("csrf"), request.cookies.get(FORM_COOKIE, "")):
        return _form(request, lang, back, "sign.again", status=422)
    try:
        cookie = await run_in_threadpool(sign_in, request, sent.text("token"))
    except Wait:
        raise
    except Refusal:
        return _form(request, lang, back, "sign.refused", status=401)
    answer = RedirectResponse(_local(back) or f"/{lang}/", 303)
    set_cookie(request, answer, cookie)
    return answer


@ROUTER.post("/{lang:lang}/sign-out")
def signed_out(request: Request, lang: Lang, sent: Sent) -> Response:
    """End the session."""
    visitor = visitor_of(request)
    if visitor.signed_in:
        check_csrf(visitor, sent)
    answer = RedirectResponse(f"/{lang}/", 303)
    sign_out(request, answer)
    return answer


def _form(
    request: Request, language: Language, back: str, wrong: str = "", status: int = 200
) -> Response:
    """Return the form; its cookie is the only one that anybody gets who is not signed in."""
    cookie = sign_in_cookie()
    proof, back = sign_in_proof(cookie), _local(back)
    answer = page(
        request, language, "sign_in.html", status=status, wrong=wrong, proof=proof, back=back
    )
    set_form_cookie(request, answer, cookie)
    return answer


def _local(back: str) -> str:
    """Return an address of this site's pages; empty for any other, so that nobody is led away.

    >>> _local("/fr/challenges/x"), _local("//elsewhere.example/en/"), _local("/en/sign-in")
    ('/fr/challenges/x', '', '')
    """
    fine = _LOCAL.fullmatch(back) is not None and "//" not in back and "/sign-" not in back
    return back if fine else ""
