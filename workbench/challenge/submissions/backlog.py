"""What waits in the scoring queue: in which groups, how much, and who is ahead."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from workbench.audit.record import timestamp
from workbench.challenge.store.queued import SET_ASIDE
from workbench.challenge.store.tables import job, submission

_OF_SUBMISSION = ("challenge", "team", "digest", "state", "kind", "received_seq")


class Group(NamedTuple):
    """Jobs that are judged alike: one challenge, one phase's split, one score set."""

    challenge: str
    phase: str
    score_set: str


def waiting(
    connection: Connection, now: datetime, only: str | None = None, challenge: str | None = None
) -> list[Group]:
    """Return the groups that have a job nobody works on, the one that waits longest first.

    Args:
        connection: Of the store.
        now: The store's time.
        only: Only the groups of this submission's jobs.
        challenge: Only those of this challenge.
    """
    columns = submission.c.challenge, job.c.phase, job.c.score_set
    joined = select(*columns).join(submission, submission.c.id == job.c.submission)
    oldest = func.min(submission.c.received_seq)
    query = joined.where(free_at(now)).group_by(*columns).order_by(oldest, *columns)
    if only is not None:
        query = query.where(submission.c.id == only)
    if challenge is not None:
        query = query.where(submission.c.challenge == challenge)
    return [Group(*row) for row in connection.execute(query)]


def models_wait(connection: Connection, group: Group, now: datetime) -> bool:
    """Say whether a group has a job of a model nobody works on."""
    query = queued().where(free_at(now), submission.c.challenge == group.challenge)
    query = query.where(job.c.phase == group.phase, job.c.score_set == group.score_set)
    return connection.execute(query.where(submission.c.kind == "model")).first() is not None


def unfinished(connection: Connection, challenge: str, *, phase: str | None = None) -> int:
    """Return how many jobs of a challenge, or of one of its phases, are not done."""
    query = _count(job.c.submission).where(submission.c.challenge == challenge)
    if phase is not None:
        query = query.where(job.c.phase == phase)
    return connection.scalar(query) or 0


def ahead_of(connection: Connection, received_seq: int) -> int:
    """Return how many submissions that came earlier are still to be scored.

    What was given up waits for an organiser, not for a worker, and holds nobody up.
    """
    earlier = _count(job.c.submission.distinct()).where(submission.c.received_seq < received_seq)
    return connection.scalar(earlier.where(_alive())) or 0


def in_work(connection: Connection, challenge: str) -> int:
    """Return how many jobs of a challenge are not done and not given up."""
    query = _count(job.c.submission).where(submission.c.challenge == challenge, _alive())
    return connection.scalar(query) or 0


def _alive() -> ColumnElement[bool]:
    """Return the condition that a job was not given up."""
    return or_(job.c.leased_until.is_(None), job.c.leased_until != SET_ASIDE)


def _count(what: ColumnElement[Any]) -> Select[Any]:
    """Return the query for how many jobs there are: the database counts, no row is read."""
    counted = select(func.count(what)).select_from(job)
    return counted.join(submission, submission.c.id == job.c.submission)


def queued() -> Select[Any]:
    """Return the query for all jobs with their submissions, the oldest submission first."""
    columns = [submission.c[n] for n in _OF_SUBMISSION]
    sent_to = submission.c.phase.label("sent_to")
    joined = select(job, sent_to, *columns).join(submission, submission.c.id == job.c.submission)
    return joined.order_by(submission.c.received_seq, job.c.phase, job.c.score_set)


def free_at(now: datetime) -> ColumnElement[bool]:
    """Return the condition that nobody works on a job at a moment."""
    return or_(job.c.leased_until.is_(None), job.c.leased_until <= timestamp(now))
