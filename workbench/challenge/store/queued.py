"""Check the queue against the tables: what waits for a score must have a job, and only that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, and_, func, literal, or_, select, union

from workbench.challenge.store.tables import job, phase, score, score_set, submission
from workbench.errors import Problem

SET_ASIDE = "9999-12-31T00:00:00.000000Z"
"""Until when a job is leased that waits for an organiser."""

_MISSING = "no worker will find it: put it back (`workbench challenge work --again ID`)"
_REMEDY = "remove the job by hand once it is known who put it there"


def queue_problems(connection: Connection) -> Iterator[Problem]:
    """Yield the submissions that wait for a score without a job, and jobs nobody asked for.

    Worker, lease and number of attempts of a job are how far the work is: nothing proves them, and
    what comes of them is an event.
    """
    for row in connection.execute(without_a_job()):
        message = f"waits for a score in {row.score_set} and has no job"
        where = f"job {row.submission}, {row.phase}, {row.score_set}"
        yield Problem("job-missing", message, where, _MISSING)
    for row in connection.execute(_jobs()):
        where = f"job {row.submission}, {row.phase}, {row.score_set}"
        for wrong in filter(None, _wrong(row)):
            yield Problem("job-without-cause", wrong, where, _REMEDY)


def _wrong(row: Any) -> Iterator[str]:
    """Yield what is wrong with a job."""
    if row.owner is None:
        yield "there is no such submission"
        return
    if row.set_of != row.owner:
        yield f"{row.score_set} is no score set of {row.owner}"
    if row.scored is not None:
        yield "it has this score already"
    if row.withdrawn_at is not None:
        yield "the submission was withdrawn"
    if row.phase != row.sent_to and row.closed_at is None:
        yield f"phase '{row.phase}' is not over, and the file was sent to '{row.sent_to}'"
    if row.state == "queued" and row.leased_until == SET_ASIDE:
        yield "it is set aside, and nobody gave the submission up"


def _jobs() -> Any:
    """Return the query for all jobs with what they hang on."""
    ended = and_(phase.c.challenge == submission.c.challenge, phase.c.id == job.c.phase)
    done = and_(*(score.c[name] == job.c[name] for name in ("submission", "phase", "score_set")))
    joined = job.outerjoin(submission, submission.c.id == job.c.submission)
    joined = joined.outerjoin(score_set, score_set.c.id == job.c.score_set)
    joined = joined.outerjoin(phase, ended).outerjoin(score, done)
    return (
        select(
            job.c.submission,
            job.c.phase,
            job.c.score_set,
            job.c.leased_until,
            submission.c.challenge.label("owner"),
            submission.c.phase.label("sent_to"),
            submission.c.state,
            submission.c.withdrawn_at,
            score_set.c.challenge.label("set_of"),
            phase.c.closed_at,
            score.c.submission.label("scored"),
        )
        .select_from(joined)
        .order_by(job.c.submission, job.c.phase, job.c.score_set)
    )


def without_a_job() -> Any:
    """Return the query for what has neither score nor job in its challenge's newest set.

    Everybody is scored in every set: on the phase the file was sent to, and wherever else it has a
    score in an earlier set.
    """
    own = select(submission.c.id.label("submission"), submission.c.phase.label("phase"))
    wanted = union(own, select(score.c.submission, score.c.phase)).subquery("wanted")
    last = select(score_set.c.challenge, func.max(score_set.c.seq).label("seq"))
    newest = last.group_by(score_set.c.challenge).subquery("newest")

    def has(table: Any) -> Any:
        return (
            select(literal(1))
            .where(
                table.c.submission == wanted.c.submission,
                table.c.phase == wanted.c.phase,
                table.c.score_set == score_set.c.id,
            )
            .exists()
        )

    joined = wanted.join(submission, submission.c.id == wanted.c.submission)
    joined = joined.join(newest, newest.c.challenge == submission.c.challenge)
    joined = joined.join(score_set, score_set.c.seq == newest.c.seq)
    waits = and_(submission.c.withdrawn_at.is_(None), submission.c.state != "failed")
    return (
        select(wanted.c.submission, wanted.c.phase, score_set.c.id.label("score_set"))
        .select_from(joined)
        .where(waits, ~or_(has(job), has(score)))
        .order_by(submission.c.received_seq, wanted.c.phase)
    )
