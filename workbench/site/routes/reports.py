"""The final report of a closed challenge, and its files."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from workbench.challenge.standings.report import PAGE
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.submissions import Refusal
from workbench.challenge.submissions.cards import card_of
from workbench.server.host import host_of
from workbench.server.routes import API
from workbench.server.routes import reports as api
from workbench.server.routes.names import ChallengeId
from workbench.site.page import page
from workbench.site.routing import Lang, pages
from workbench.site.visitors import enter

ROUTER = pages()


@ROUTER.get("/{lang:lang}/challenges/{challenge}/report")
def report(request: Request, lang: Lang, challenge: ChallengeId) -> Response:
    """Show the files of a published report, and how anybody computes it again."""
    visitor = enter(request, "read-board", challenge)
    with host_of(request).store.reading() as connection:
        row, card = challenge_row(connection, challenge), card_of(connection, challenge)
    manifest = digest = None
    if row.closed_at is not None:
        try:
            manifest = api.report(request, challenge, visitor.principal)
            digest = row.report_digest
        except Refusal:  # published elsewhere
            manifest = None
    return page(
        request,
        lang,
        "report.html",
        visitor=visitor,
        card=card,
        closed_at=row.closed_at,
        manifest=manifest,
        digest=digest,
        report_page=PAGE,
        files_url=f"{API}/challenges/{challenge}/report",
    )
