"""The scoring queue: who works on a submission until when, and how often it was tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import and_, delete, insert, select, update

from workbench.audit.record import timestamp
from workbench.challenge.store.queued import SET_ASIDE
from workbench.challenge.store.tables import job, submission
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.submissions.backlog import Group, free_at, queued

ANY_KIND = {"predictions": 0.0, "model": 0.0}


@dataclass(frozen=True)
class WorkRules:
    """How patient the queue is.

    Attributes:
        lease_s: Seconds a worker may take before another one starts as well; four times as long at
            each further attempt, up to the fourth. What is committed first counts; both are equal.
        attempts: How often a submission is tried before it is given up.
        retry_s: Seconds before the next attempt after an error.
    """

    lease_s: float = 60.0
    attempts: int = 3
    retry_s: float = 10.0


@dataclass(frozen=True)
class Job:
    """A submission to be scored on a phase's split in a score set."""

    submission: str
    phase: str
    score_set: str
    challenge: str
    sent_to: str
    team: str
    digest: str
    state: str
    kind: str
    attempts: int


def enqueue(transaction: Transaction, submission_id: str, phase: str, score_set: str) -> None:
    """Let a submission be scored on a phase's split in a score set.

    The phase may be another than the one it was sent to (a final one), the score set a later one.
    What waits already stays where it is; what was given up is tried anew.
    """
    key = {"submission": submission_id, "phase": phase, "score_set": score_set}
    where = _where(submission_id, phase, score_set)
    if transaction.execute(select(job.c.submission).where(where)).first() is None:
        transaction.execute(insert(job), key | {"attempts": 0})
    else:
        anew = update(job).where(where, job.c.leased_until == SET_ASIDE)
        transaction.execute(anew.values(attempts=0, worker=None, leased_until=None))


def lease(
    transaction: Transaction,
    worker: str,
    rules: WorkRules,
    group: Group,
    *,
    only: str | None = None,
    in_order: bool = False,
    kinds: Mapping[str, float] = ANY_KIND,
) -> Job | None:
    """Take the oldest free job of a group for a while; the caller looks at its attempts.

    Args:
        transaction: Of the store; jobs are leased under the writers' lock, so no two workers get
            the same one.
        worker: Who takes it.
        rules: How long it may take.
        group: Which jobs.
        only: One submission.
        in_order: Leave a team's later jobs until its earlier ones are done (for the Ladder).
        kinds: Kinds of submission to take, and the seconds each may take besides.
    """
    query = queued().where(free_at(transaction.now), submission.c.challenge == group.challenge)
    query = query.where(job.c.phase == group.phase, job.c.score_set == group.score_set)
    query = query.where(submission.c.kind.in_(kinds))
    if only is not None:
        query = query.where(job.c.submission == only)
    if in_order:
        query = query.where(~_earlier_of_the_team())
    row = transaction.execute(query.limit(1)).first()
    if row is None:
        return None
    found = Job(**{name: getattr(row, name) for name in Job.__dataclass_fields__})
    seconds = rules.lease_s * 4 ** min(found.attempts, 3) + kinds[found.kind]
    until = transaction.now + timedelta(seconds=seconds)
    values = {"worker": worker, "leased_until": timestamp(until)}
    _update(transaction, found, attempts=found.attempts + 1, **values)
    return found


def holds(transaction: Transaction, done: Job) -> bool:
    """Say whether a job is still to be done: not finished by another worker, not withdrawn."""
    where = _where(done.submission, done.phase, done.score_set)
    return transaction.execute(select(job.c.submission).where(where)).first() is not None


def finish(transaction: Transaction, done: Job) -> None:
    """Take a job off the queue."""
    transaction.execute(delete(job).where(_where(done.submission, done.phase, done.score_set)))


def put_back(transaction: Transaction, done: Job, after_s: float) -> None:
    """Let a job be tried again after so many seconds."""
    until = timestamp(transaction.now + timedelta(seconds=after_s))
    _update(transaction, done, worker=None, leased_until=until)


def set_aside(transaction: Transaction, done: Job) -> None:
    """Keep a job that was given up for an organiser to look at."""
    _update(transaction, done, worker=None, leased_until=SET_ASIDE)


def drop(transaction: Transaction, submission_id: str) -> None:
    """Take all jobs of a submission off the queue."""
    transaction.execute(delete(job).where(job.c.submission == submission_id))


def drop_earlier_sets(transaction: Transaction, challenge: str, score_set: str) -> None:
    """Take the jobs of a challenge's other score sets off the queue.

    A new set is made with other labels or code: what still waits is scored by those alone, in the
    new set, and no earlier set ends up half by one and half by the other.
    """
    own = select(submission.c.id).where(submission.c.challenge == challenge)
    where = and_(job.c.submission.in_(own), job.c.score_set != score_set)
    transaction.execute(delete(job).where(where))


def _earlier_of_the_team() -> Any:
    """Return the condition that an earlier submission of the team is still to be scored."""
    other, sent = job.alias(), submission.alias()
    query = select(other.c.submission).join(sent, sent.c.id == other.c.submission)
    return query.where(
        other.c.phase == job.c.phase,
        other.c.score_set == job.c.score_set,
        sent.c.team == submission.c.team,
        sent.c.received_seq < submission.c.received_seq,
    ).exists()


def _where(submission_id: str, phase: str, score_set: str) -> Any:
    return and_(
        job.c.submission == submission_id, job.c.phase == phase, job.c.score_set == score_set
    )


def _update(transaction: Transaction, done: Job, **values: Any) -> None:
    where = _where(done.submission, done.phase, done.score_set)
    transaction.execute(update(job).where(where).values(**values))
