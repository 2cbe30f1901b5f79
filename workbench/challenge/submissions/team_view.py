"""A submission as its team sees it: what became of it, why, and what may be shown of its score."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from workbench.challenge.store.tables import score, score_set, setting, team
from workbench.challenge.submissions import backlog
from workbench.challenge.submissions.cards import card_of, card_of_set
from workbench.challenge.submissions.disclosure import Shown, guarded, visible
from workbench.challenge.submissions.phases import closing_times_now
from workbench.scoring import ScoreSheet

State = Literal["queued", "scored", "failed", "withdrawn"]


@dataclass(frozen=True)
class Entry:
    """A submission as its team sees it.

    Attributes:
        id: Of the submission.
        challenge: Where.
        phase: In which phase.
        team: Whose: its id.
        team_name: And its name.
        filename: As it is kept.
        digest: sha256 of the file.
        size: Of the file, in bytes.
        received_at: When, UTC.
        state: What became of it.
        code: Why it failed; empty otherwise.
        reason: The same, or why it was withdrawn or waits, in words.
        score: What may be shown of its score; None where there is none yet.
        override: Where an organiser set the score: ``value`` as far as the phase shows scores,
            ``set_aside`` (no value counts), ``reason``, ``author`` and ``at``.
        kind: What was sent: ``predictions`` or ``model``.
    """

    id: str
    challenge: str
    phase: str
    team: str
    team_name: str
    filename: str
    digest: str
    size: int
    received_at: str
    state: State
    code: str
    reason: str
    score: Shown | None
    override: dict[str, Any] | None
    kind: str

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def entry_of(connection: Connection, row: Row[Any], now: datetime) -> Entry:
    """Return a row as its team sees it."""
    shown, override = _score(connection, row, now)
    state: State = "withdrawn" if row.withdrawn_at is not None else row.state
    failed = state == "failed"
    reason = {
        "withdrawn": row.withdrawn_reason or "",
        "failed": row.reason or "",
        "queued": "" if state != "queued" else _why_it_waits(connection, row),
        "scored": "",
    }[state]
    names = (
        "id",
        "challenge",
        "phase",
        "team",
        "filename",
        "digest",
        "size",
        "received_at",
        "kind",
    )
    return Entry(
        **{name: getattr(row, name) for name in names},
        team_name=_team_name(connection, row.team),
        state=state,
        code=row.reason_code if failed else "",
        reason=reason,
        score=shown,
        override=override,
    )


def _team_name(connection: Connection, team_id: str) -> str:
    return str(connection.scalars(select(team.c.name).where(team.c.id == team_id)).one())


def _score(
    connection: Connection, row: Row[Any], now: datetime
) -> tuple[Shown | None, dict[str, Any] | None]:
    """Return what may be seen of the newest score of a submission on its own phase."""
    query = select(score).join(score_set, score_set.c.id == score.c.score_set)
    query = query.where(score.c.submission == row.id, score.c.phase == row.phase)
    found = connection.execute(query.order_by(score_set.c.seq.desc()).limit(1)).one_or_none()
    if found is None:
        return None, None
    card = card_of_set(connection, found.score_set)
    sheet = ScoreSheet.from_json(found.sheet)
    phase, closes = card.phase(row.phase), closing_times_now(connection, card)
    options = {"released": found.released, "override": found.override_value}
    guard = guarded(card, phase, now, closes)
    shown = visible(card, phase, sheet, guard=guard, **options)
    return shown, _override(found, shown)


def _override(found: Row[Any], shown: Shown) -> dict[str, Any] | None:
    """Return what an organiser did to a score by hand; its value is shown as scores are."""
    if found.override_at is None:
        return None
    aside = found.override_value is None
    told = {"value": None if aside else shown.primary.value, "set_aside": aside}
    return told | {name: getattr(found, f"override_{name}") for name in ("reason", "author", "at")}


def _why_it_waits(connection: Connection, row: Row[Any]) -> str:
    """Say what a queued submission waits for."""
    card = card_of(connection, row.challenge)
    name = f"scoring-stopped.{card.phase(row.phase).split}"
    query = select(setting.c.value).where(
        setting.c.challenge == row.challenge, setting.c.name == name
    )
    if json.loads(connection.scalar(query) or "null"):
        return "scoring is stopped on the organiser's side; the organiser has been told"
    ahead = backlog.ahead_of(connection, row.received_seq)
    if ahead == 0:
        return "it is next"
    came = (
        "submission came earlier and waits" if ahead == 1 else "submissions came earlier and wait"
    )
    return f"{ahead} {came} too"
