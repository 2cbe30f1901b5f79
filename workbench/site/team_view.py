"""What the page of a team's submissions shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request

from workbench.challenge import submissions as engine
from workbench.challenge.models import ArchiveReport
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.submissions import Quota, Refusal
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.overview import phase_lines
from workbench.scoring import CheckReport
from workbench.server.host import host_of
from workbench.server.kinds import take_of
from workbench.site.visitors import Visitor, allows


@dataclass(frozen=True)
class OpenPhase:
    """A phase that takes files now, and what the team has left in it."""

    id: str
    quota: Quota


def team_values(request: Request, challenge: str, visitor: Visitor) -> dict[str, Any]:
    """Return what the page of submissions shows; an organiser sees everybody's and sends none."""
    host = host_of(request)
    with host.store.reading() as connection:
        closed = challenge_row(connection, challenge).closed_at
        card = card_of(connection, challenge)
    sends = allows(visitor, "submit", challenge)
    entries = engine.entries(host.store, visitor.principal, challenge)[::-1]
    return {
        "card": card,
        "sends": sends,
        "kinds": card.models.accepted or any(entry.kind == "model" for entry in entries),
        "phases": [] if closed or not sends else _open_phases(request, challenge, visitor),
        "entries": entries,
        "most": host.settings.most_bytes,
        "most_model_mb": min(host.settings.most_bytes // 2**20, card.models.limits.archive_mb),
    }


def checked(
    request: Request, challenge: str, content: bytes, kind: str, phase: str | None
) -> CheckReport | ArchiveReport:
    """Return what checking a file of predictions, or the archive of a model, finds.

    Raises:
        Refusal: Unknown kind or phase.
    """
    take_of(kind)
    store = host_of(request).store
    if kind == "model":
        return engine.check_model(store, challenge, content)
    return engine.check(store, challenge, content, phase)


def _open_phases(request: Request, challenge: str, visitor: Visitor) -> list[OpenPhase]:
    store = host_of(request).store
    found = []
    for phase in phase_lines(store, challenge):
        if phase.state == "open" and phase.takes_from is None:
            try:
                left = engine.quota(store, visitor.principal, challenge, phase.phase)
            except Refusal:  # it closed a moment ago
                continue
            found.append(OpenPhase(phase.phase, left))
    return found
