"""How often a team may send, and how much of that is left.

What fails on the organiser's side costs a team nothing. A file that makes the scorer fail would
then be free to send for ever: after some such failures in a day the phase takes no more of the team
until the organiser has looked. A file that was scored and has no score (``no-score``) costs what
one with a score costs, since its failure tells as much.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.sql import ColumnElement

from workbench.audit.record import timestamp
from workbench.challenge.store.tables import submission
from workbench.challenge.submissions.refusals import Refusal
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase

MOST_FAILED_A_DAY = 3
NO_SCORE = "no-score"


@dataclass(frozen=True)
class Quota:
    """How many files a team may still send in a phase; None where there is no limit.

    Attributes:
        day: Until the next midnight of UTC.
        total: Until the phase closes.
        concurrent: Before one of those in the queue is scored.
    """

    day: int | None
    total: int | None
    concurrent: int | None

    def as_dict(self) -> dict[str, int | None]:
        """Return plain JSON values."""
        return asdict(self)


def quota_left(
    connection: Connection, card: Challenge, phase: Phase, team: str, now: datetime
) -> Quota:
    """Return what a team has left in a phase.

    A file that failed on the organiser's side costs nothing; one that was withdrawn does, and so
    does a model that failed: each failure tells its team something.
    """
    failed_itself = or_(
        submission.c.reason_code == NO_SCORE, submission.c.reason_code.like("model-%")
    )
    counts = or_(submission.c.state != "failed", failed_itself)
    today = and_(counts, submission.c.received_at >= _midnight(now))
    waits = and_(submission.c.state == "queued", submission.c.withdrawn_at.is_(None))
    sums = [func.coalesce(func.sum(case((rule, 1), else_=0)), 0) for rule in (today, counts, waits)]
    mine = select(*sums).where(_sent_to(card, phase, team))
    day, total, concurrent = connection.execute(mine).one()
    limits = card.limits_of(phase)
    return Quota(
        _left(limits.per_day, day),
        _left(limits.total, total),
        _left(limits.concurrent, concurrent),
    )


def require_quota(quota: Quota, card: Challenge, phase: Phase) -> None:
    """End with a refusal where nothing is left.

    Raises:
        Refusal: ``quota-total``, ``quota-day``, ``quota-concurrent``.
    """
    limits, where = card.limits_of(phase), f"{card.id}, phase {phase.id}"
    if quota.total == 0:
        message = f"the team has sent all {limits.total} files the phase allows"
        raise Refusal("quota-total", message, where, "see which of them counts")
    if quota.day == 0:
        message = f"the team has sent all {limits.per_day} files a day allows"
        raise Refusal("quota-day", message, where, "the next day begins at 00:00 UTC")
    if quota.concurrent == 0:
        waits = "file of the team waits" if limits.concurrent == 1 else "files of the team wait"
        message = f"{limits.concurrent} {waits} to be scored, the most allowed"
        raise Refusal("quota-concurrent", message, where, "wait until one is scored")


def require_few_failures(
    connection: Connection, card: Challenge, phase: Phase, team: str, now: datetime
) -> None:
    """End with a refusal where too many of a team's files failed today, whatever became of them.

    Raises:
        Refusal: ``quota-failed``.
    """
    failed = and_(
        submission.c.state == "failed",
        submission.c.reason_code != NO_SCORE,
        submission.c.received_at >= _midnight(now),
    )
    query = select(func.count()).select_from(submission)
    found = connection.scalar(query.where(_sent_to(card, phase, team), failed))
    if int(found or 0) >= MOST_FAILED_A_DAY:
        message = f"{MOST_FAILED_A_DAY} files of today could not be scored on the organiser's side"
        remedy = "they cost nothing; wait until the organiser scores them again, or the next day"
        raise Refusal("quota-failed", message, f"{card.id}, phase {phase.id}", remedy)


def _sent_to(card: Challenge, phase: Phase, team: str) -> ColumnElement[bool]:
    """Return the condition that a submission is a team's, sent to a phase."""
    return and_(
        submission.c.challenge == card.id,
        submission.c.phase == phase.id,
        submission.c.team == team,
    )


def _midnight(now: datetime) -> str:
    return timestamp(now.replace(hour=0, minute=0, second=0, microsecond=0))


def _left(limit: int | None, used: int) -> int | None:
    """Return what is left of a limit."""
    return None if limit is None else max(0, limit - int(used))
