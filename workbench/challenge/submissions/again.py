"""An organiser lets a submission be scored that was given up, or fell out of the queue."""

from __future__ import annotations

from sqlalchemy import select

from workbench.challenge.store import Store
from workbench.challenge.store.challenges import check_running
from workbench.challenge.store.permission import Principal, Resource, require
from workbench.challenge.store.queued import SET_ASIDE, without_a_job
from workbench.challenge.store.tables import job, submission
from workbench.challenge.submissions.cards import current_set
from workbench.challenge.submissions.queue import enqueue
from workbench.challenge.submissions.refusals import not_found


def score_again(store: Store, principal: Principal, submission_id: str) -> int:
    """Put what was given up of a submission back into the queue; return how many jobs that is.

    So is what fell out of it: a score that is missing and has no job.

    Raises:
        Refusal: ``not-found``.
        UsageError: Only an organiser may, and only until the challenge is closed.
    """
    with store.writing(principal.actor) as transaction:
        query = select(submission).where(submission.c.id == submission_id)
        row = transaction.execute(query).one_or_none()
        if row is None:
            raise not_found(submission_id)
        require(principal, "organise", Resource(row.challenge, name=submission_id))
        check_running(transaction.connection, row.challenge)
        aside = select(job.c.phase, job.c.score_set).where(
            job.c.submission == submission_id, job.c.leased_until == SET_ASIDE
        )
        jobs = [tuple(found) for found in transaction.execute(aside)]
        if row.state == "failed" and row.withdrawn_at is None:
            jobs.append((row.phase, current_set(transaction.connection, row.challenge)))
        lost = without_a_job().where(submission.c.id == submission_id)
        jobs += [(found.phase, found.score_set) for found in transaction.execute(lost)]
        for phase, score_set in jobs:
            enqueue(transaction, submission_id, phase, score_set)
    return len(jobs)
