"""Pages everybody may read: the list of challenges, a challenge, its leaderboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from workbench.challenge.store.challenges import challenge_ids
from workbench.challenge.submissions import Refusal
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.overview import phase_lines
from workbench.server.boards import Asked
from workbench.server.host import host_of
from workbench.server.routes import API
from workbench.server.routes.names import ChallengeId, PhaseId
from workbench.site.board import board_html
from workbench.site.challenge_view import challenge_values, now_words
from workbench.site.languages import preferred
from workbench.site.moments import moment_asked
from workbench.site.page import page, static_files, static_url
from workbench.site.routing import Lang, pages
from workbench.site.visitors import enter
from workbench.site.words import words_of

ROUTER = pages()
AsOf = Annotated[str, Query(max_length=40, description="as it was then, UTC")]


@dataclass(frozen=True)
class Listed:
    """A challenge in the list."""

    id: str
    title: str
    description: str
    now: str


@ROUTER.get("/")
def root(request: Request) -> Response:
    """Go to the list in the browser's language."""
    language = preferred(request.headers.get("accept-language", ""))
    return RedirectResponse(f"/{language}/", 302, headers={"Vary": "Accept-Language"})


@ROUTER.get("/static/{digest}/{name}")
def static(digest: str, name: str) -> Response:
    """Return a file pages load; its address changes with its content."""
    if name not in static_files() or static_url(name) != f"/static/{digest}/{name}":
        raise Refusal("not-found", "there is no such page", "", "")
    content, kind = static_files()[name]
    kept = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(content, media_type=kind, headers=kept)


@ROUTER.get("/{lang:lang}/")
def listed(request: Request, lang: Lang) -> Response:
    """List the challenges."""
    store, words = host_of(request).store, words_of(lang)
    with store.reading() as connection:
        cards = [card_of(connection, name) for name in challenge_ids(connection)]
    found = []
    for card in cards:
        title, description = getattr(card.title, lang), getattr(card.description, lang)
        now = now_words(phase_lines(store, card.id), words)
        found.append(Listed(card.id, title, description, now))
    return page(request, lang, "list.html", challenges=found)


@ROUTER.get("/{lang:lang}/challenges/{challenge}")
def challenge(request: Request, lang: Lang, challenge: ChallengeId) -> Response:
    """Show a challenge: what is asked, how it is judged, when, and how to take part."""
    visitor = enter(request, "read-challenge", challenge)
    values = challenge_values(request, challenge, words_of(lang))
    return page(request, lang, "challenge.html", visitor=visitor, **values)


@ROUTER.get("/{lang:lang}/challenges/{challenge}/leaderboard")
def leaderboard(
    request: Request, lang: Lang, challenge: ChallengeId, phase: PhaseId = None, as_of: AsOf = ""
) -> Response:
    """Show a board: now, or as it was."""
    visitor = enter(request, "read-board", challenge)
    host = host_of(request)
    with host.store.reading() as connection:
        card = card_of(connection, challenge)
    moment = moment_asked(as_of)
    asked = Asked(challenge, phase or None, moment, None, f"page {lang}", visitor.principal)
    etag = host.boards.etag(asked)
    _, part = host.boards.page(asked, etag, lambda found: board_html(found, lang))
    named = {"phase": phase, "as_of": moment and moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    query = urlencode({name: value for name, value in named.items() if value})
    return page(
        request,
        lang,
        "leaderboard.html",
        visitor=visitor,
        card=card,
        phase=phase,
        as_of=moment,
        part=Markup(part.decode("utf-8")),
        data_url=f"{API}/challenges/{challenge}/leaderboard",
        query=f"?{query}" if query else "",
        when=f"&as_of={as_of}" if moment else "",
    )
