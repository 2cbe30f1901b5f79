"""Addresses without a page; joined after all others."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from workbench.challenge.submissions import Refusal
from workbench.site.routing import Lang, pages

ROUTER = pages()


@ROUTER.get("/{lang:lang}/{rest:path}")
def nothing(request: Request, lang: Lang, rest: str) -> Response:
    """Say that there is no such page, as a page."""
    raise Refusal("not-found", "there is no such page", "", "")
