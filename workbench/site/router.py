"""All pages as one router, which ``workbench serve`` joins to the API's routes."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from workbench.site.routes import elsewhere, organiser, public, reports, signing, team
from workbench.site.routing import PageRouter, is_page, refused_page

_NOUNS = (public, signing, team, organiser, reports, elsewhere)


class Site(PageRouter):
    """The pages; what is refused at their addresses before a route is a page too."""

    def refused(self, request: Request, error: Exception) -> Response | None:
        """Return the page of an error; None at an address that is not a page's."""
        return refused_page(request, error) if is_page(request.url.path) else None


def site() -> Site:
    """Return the router of the site."""
    found = Site()
    for noun in _NOUNS:
        found.include_router(noun.ROUTER)
    return found
