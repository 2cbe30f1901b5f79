"""A page as an answer: the template with what every page shows around it."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from workbench import __version__
from workbench.challenge.store.names import LONGEST_REASON
from workbench.report.render import TEMPLATES, environment
from workbench.site.escaping import seen, visible
from workbench.site.languages import LANGUAGES, Language
from workbench.site.moments import moment
from workbench.site.said import said
from workbench.site.visitors import Visitor, allows, team_name, visitor_of
from workbench.site.words import Words, words_of

_HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""What a page may load: our own style and script, nothing inline, nothing from elsewhere."""


def page(
    request: Request,
    language: Language,
    template: str,
    *,
    visitor: Visitor | None = None,
    says_who: bool = True,
    status: int = 200,
    **values: Any,
) -> HTMLResponse:
    """Return a page.

    Args:
        request: What is answered.
        language: Of the page.
        template: Its name in ``templates/site``.
        visitor: Who looks, where that was asked before.
        says_who: Whether the page says who is signed in.
        status: HTTP status.
        values: What the template shows.
    """
    around = frame(request, language, visitor or visitor_of(request))
    around["says_who"] = says_who
    text = templates().get_template(f"site/{template}").render(**around, **values)
    headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin"}
    headers |= {"Content-Language": language, "Vary": "Cookie"}
    return HTMLResponse(text, status, headers=headers)


def fragment(template: str, language: Language, **values: Any) -> str:
    """Return a part of a page that is the same for many requests."""
    return templates().get_template(f"site/{template}").render(t=words_of(language), **values)


def frame(request: Request, language: Language, visitor: Visitor) -> dict[str, Any]:
    """Return what every page shows: language link, tabs, who is signed in."""
    words = words_of(language)
    other = next(one for one in LANGUAGES if one != language)
    path = request.url.path
    query = f"?{request.url.query}" if request.url.query else ""
    there = f"/{other}{path.removeprefix(f'/{language}')}"
    return {
        "t": words,
        "lang": language,
        "other": other,
        "other_url": f"{there}{query}" if request.method == "GET" else there,
        "here": path,
        "visitor": visitor,
        "team_name": team_name(request, visitor),
        "csrf": visitor.session.csrf if visitor.session else "",
        "version": __version__,
        "most_reason": LONGEST_REASON,
        "css_url": static_url("site.css"),
        "js_url": static_url("site.js"),
        "tabs": _tabs(request, words, visitor),
    }


def _tabs(request: Request, words: Words, visitor: Visitor) -> list[dict[str, Any]]:
    """Return the links to a challenge's pages, those the visitor may open."""
    challenge = request.path_params.get("challenge")
    if challenge is None:
        return []
    home = f"/{words.language}/challenges/{challenge}"
    names = {"challenge": home, "leaderboard": f"{home}/leaderboard"}
    names["submissions"] = f"{home}/submissions"
    if allows(visitor, "organise", challenge):
        names["organise"] = f"{home}/organise"
    names["report"] = f"{home}/report"
    path = request.url.path
    return [
        {
            "title": words(f"tab.{name}"),
            "url": url,
            "here": path == url or (name != "challenge" and path.startswith(f"{url}/")),
        }
        for name, url in names.items()
    ]


@cache
def templates() -> Environment:
    """Return the templates: the report's, and the site's which extend them."""
    found = environment(_HERE / "templates")
    found.filters |= {"seen": seen, "visible": visible, "said": said, "moment": moment}
    return found


@cache
def static_files() -> dict[str, tuple[bytes, str]]:
    """Return the files pages load, by name: content and media type."""
    css = (TEMPLATES / "report.css").read_bytes() + (_HERE / "static" / "site.css").read_bytes()
    script = (_HERE / "static" / "site.js").read_bytes()
    return {
        "site.css": (css, "text/css; charset=utf-8"),
        "site.js": (script, "text/javascript; charset=utf-8"),
    }


@cache
def static_url(name: str) -> str:
    """Return where a file is: its digest is in the address, so that it may be kept for ever."""
    return f"/static/{hashlib.sha256(static_files()[name][0]).hexdigest()[:16]}/{name}"
