"""An organiser lets a submission be scored that was given up."""

from __future__ import annotations

from sqlalchemy import select

from workbench.challenge.store import Store
from workbench.challenge.store.permission import Principal, Resource, require
from workbench.challenge.store.tables import job, submission
from workbench.challenge.submissions.cards import current_set
from workbench.challenge.submissions.queue import NEVER, enqueue
from workbench.challenge.submissions.refusals import not_found


def score_again(store: Store, principal: Principal, submission_id: str) -> int:
    """Put what was given up of a submission back into the queue; return how many jobs that is.

    Raises:
        Refusal: ``not-found``.
        UsageError: Only an organiser may.
    """
    with store.writing(principal.actor) as transaction:
        query = select(submission).where(submission.c.id == submission_id)
        row = transaction.execute(query).one_or_none()
        if row is None:
            raise not_found(submission_id)
        require(principal, "organise", Resource(row.challenge, name=submission_id))
        aside = select(job.c.phase, job.c.score_set).where(
            job.c.submission == submission_id, job.c.leased_until == NEVER
        )
        jobs = [tuple(found) for found in transaction.execute(aside)]
        if row.state == "failed" and row.withdrawn_at is None:
            jobs.append((row.phase, current_set(transaction.connection, row.challenge)))
        for phase, score_set in jobs:
            enqueue(transaction, submission_id, phase, score_set)
    return len(jobs)
