"""How often a team may send, and how much of that is left."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from workbench.audit.record import timestamp
from workbench.challenge.store.tables import submission
from workbench.challenge.submissions.refusals import Refusal
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase


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

    A file that failed on the organiser's side costs nothing; one that was withdrawn does.
    """
    midnight = timestamp(now.replace(hour=0, minute=0, second=0, microsecond=0))
    counts = submission.c.state != "failed"
    today = and_(counts, submission.c.received_at >= midnight)
    waits = and_(submission.c.state == "queued", submission.c.withdrawn_at.is_(None))
    sums = [func.coalesce(func.sum(case((rule, 1), else_=0)), 0) for rule in (today, counts, waits)]
    mine = (
        submission.c.challenge == card.id,
        submission.c.phase == phase.id,
        submission.c.team == team,
    )
    day, total, concurrent = connection.execute(select(*sums).where(*mine)).one()
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


def _left(limit: int | None, used: int) -> int | None:
    """Return what is left of a limit."""
    return None if limit is None else max(0, limit - int(used))
