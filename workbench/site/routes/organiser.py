"""The organiser's page: what waits and fails, the log and its proof, what is done by hand."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from workbench.challenge import submissions as engine
from workbench.challenge.submissions import Refusal
from workbench.challenge.submissions.refusals import not_found
from workbench.server.host import host_of
from workbench.server.routes import organiser as api
from workbench.server.routes import oversight
from workbench.server.routes.names import Because, ChallengeId, ExactId
from workbench.site.forms import Form, Sent, check_csrf
from workbench.site.languages import Language
from workbench.site.organiser_view import organiser_values, rescore_command
from workbench.site.page import page
from workbench.site.routing import Lang, pages
from workbench.site.visitors import Visitor, enter

ROUTER = pages()
_HOME = "/{lang:lang}/challenges/{challenge}/organise"
_SUBMISSION = "/{lang:lang}/challenges/{challenge}/submissions/{submission}"
After = Annotated[int | None, Query(ge=0, le=2**62)]


@ROUTER.get(_HOME)
def organise(request: Request, lang: Lang, challenge: ChallengeId, after: After = None) -> Response:
    """Show what waits, what failed, the phases and the last events."""
    visitor = enter(request, "organise", challenge)
    return _home(request, lang, challenge, visitor, after=after)


@ROUTER.post(_HOME + "/verification")
def verified(request: Request, lang: Lang, challenge: ChallengeId, sent: Sent) -> Response:
    """Check the store against its events, now."""
    visitor = _organiser(request, challenge, sent)
    found = oversight.verification(request, challenge, visitor.principal)
    return _home(request, lang, challenge, visitor, verification=found)


@ROUTER.post(_HOME + "/duplicates")
def duplicates(request: Request, lang: Lang, challenge: ChallengeId, sent: Sent) -> Response:
    """Look for answers of different teams that are alike, now."""
    visitor = _organiser(request, challenge, sent)
    found = oversight.duplicates(request, challenge, visitor.principal)
    return _home(request, lang, challenge, visitor, duplicates=found)


@ROUTER.post(_HOME + "/rescore")
def rescored(request: Request, lang: Lang, challenge: ChallengeId, sent: Sent) -> Response:
    """Say who would move if everybody were scored anew; nothing is written."""
    visitor = _organiser(request, challenge, sent)
    try:
        asked = api.Rescore(cause=sent.text("cause"), reason=sent.reason, dry_run=True)  # type: ignore[arg-type]
    except ValidationError as error:
        raise Refusal("invalid-request", "no such cause", "cause", "choose one") from error
    found = api.rescored(request, challenge, asked, visitor.principal)
    command = rescore_command(challenge, asked.cause, asked.reason)
    return _home(request, lang, challenge, visitor, rescoring=found, rescore_command=command)


@ROUTER.post(_HOME + "/phases/{phase}/end")
def ended(
    request: Request, lang: Lang, challenge: ChallengeId, phase: ExactId, sent: Sent
) -> Response:
    """Close a phase before its date."""
    visitor = _organiser(request, challenge, sent)
    because = Because(reason=sent.reason)
    api.end_phase(request, challenge, phase, because, visitor.principal)
    return RedirectResponse(f"/{lang}/challenges/{challenge}/organise#phases", 303)


@ROUTER.post(_SUBMISSION + "/override")
def overridden(
    request: Request, lang: Lang, challenge: ChallengeId, submission: ExactId, sent: Sent
) -> Response:
    """Put a value in the place of a score, or set it aside."""
    visitor = _organiser(request, challenge, sent)
    _of_challenge(request, visitor, challenge, submission)
    value = _value(sent)
    asked = api.Override(value=value, reason=sent.reason, phase=sent.text("phase") or None)
    api.override(request, submission, asked, visitor.principal)
    there = f"/{lang}/challenges/{challenge}/submissions/{submission}"
    return RedirectResponse(f"{there}?done=overridden", 303)


@ROUTER.post(_SUBMISSION + "/again")
def again(
    request: Request, lang: Lang, challenge: ChallengeId, submission: ExactId, sent: Sent
) -> Response:
    """Let a submission be scored that was given up."""
    visitor = _organiser(request, challenge, sent)
    _of_challenge(request, visitor, challenge, submission)
    api.again(request, submission, visitor.principal)
    there = f"/{lang}/challenges/{challenge}/submissions/{submission}"
    return RedirectResponse(f"{there}?done=again", 303)


def _organiser(request: Request, challenge: str, sent: Form) -> Visitor:
    """Let an organiser's own form in."""
    visitor = enter(request, "organise", challenge)
    check_csrf(visitor, sent)
    return visitor


def _of_challenge(request: Request, visitor: Visitor, challenge: str, submission: str) -> None:
    """Refuse a submission of another challenge than the address says."""
    found = engine.entry(host_of(request).store, visitor.principal, submission)
    if found.challenge != challenge:
        raise not_found(submission)


def _value(sent: Form) -> float | None:
    """Return the value of an override; None where the score is set aside."""
    if sent.text("aside"):
        return None
    try:
        return float(sent.text("value").replace(",", "."))
    except ValueError as error:
        message = "no number, and the score is not to be set aside either"
        raise Refusal("invalid-request", message, "value", "type a number") from error


def _home(
    request: Request,
    lang: Language,
    challenge: str,
    visitor: Visitor,
    *,
    after: int | None = None,
    **found: Any,
) -> Response:
    """Return the organiser's page, with what was just found."""
    values = organiser_values(request, challenge, visitor, after)
    nothing = {"verification": None, "duplicates": None, "rescoring": None}
    return page(request, lang, "organise.html", visitor=visitor, **nothing | values | found)
