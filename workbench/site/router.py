"""All pages as one router, which ``workbench serve`` joins to the API's routes."""

from __future__ import annotations

from fastapi import APIRouter

from workbench.site.routes import elsewhere, organiser, public, reports, signing, team
from workbench.site.routing import pages

_NOUNS = (public, signing, team, organiser, reports, elsewhere)


def site() -> APIRouter:
    """Return the router of the site."""
    found = pages()
    for noun in _NOUNS:
        found.include_router(noun.ROUTER)
    return found
