"""What comes of a leased job, recorded once: a score, another try, or a reason it has none."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from workbench.challenge.models import Models
from workbench.challenge.store import Store, tables
from workbench.challenge.store.events import SubmissionFailed, SubmissionScored
from workbench.challenge.store.text import canonical
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.store.values import encode
from workbench.challenge.submissions import queue
from workbench.challenge.submissions.answers import MODEL
from workbench.challenge.submissions.judge import Judge, released_score
from workbench.challenge.submissions.limits import NO_SCORE
from workbench.challenge.submissions.model_jobs import (
    Failed,
    ensure_run,
    note_failure,
    rejected,
    without_score,
)
from workbench.challenge.submissions.queue import Job, WorkRules
from workbench.errors import HostError, SubmissionRejected, WorkbenchError
from workbench.scoring.metric_scores import NoScore
from workbench.scoring.scorer import Scored

ACTOR = "worker"
REJECTED, FAILED = "rejected", "scoring-failed"


@dataclass(frozen=True)
class Done:
    """What came of one job.

    Attributes:
        submission: Id of the submission.
        phase: On whose split it was scored.
        score_set: In which score set.
        outcome: ``scored``; ``failed``: given up, with a reason; ``put-back``: tried again later;
            ``dropped``: withdrawn, or another worker was first.
        detail: For the host; empty where it was scored.
    """

    submission: str
    phase: str
    score_set: str
    outcome: Literal["scored", "failed", "put-back", "dropped"]
    detail: str = ""


def score_job(
    store: Store, judge: Judge, job: Job, rules: WorkRules, models: Models | None = None
) -> Done:
    """Score a leased job and record what came of it.

    Args:
        store: The store.
        judge: What it is judged by.
        job: The job.
        rules: How patient the queue is.
        models: What a submitted model is run with first.
    """
    try:
        if job.kind == MODEL and models is not None:
            failed = ensure_run(store, models, judge.opened_with, judge.phase, job, ACTOR)
            if failed is not None:
                return _model_failed(store, job, failed)
        with store.reading() as connection:
            result = judge.score(connection, job)
    except SubmissionRejected as error:
        if job.kind == MODEL:
            return _model_failed(store, job, rejected(error))
        return _refuse(store, job, REJECTED, error)
    except NoScore as error:
        if job.kind == MODEL:
            return _model_failed(store, job, without_score(error))
        return _refuse(store, job, NO_SCORE, error)
    except Exception as error:  # whatever it is, the queue goes on
        named = isinstance(error, WorkbenchError)
        return _try_later(store, job, rules, str(error) if named else traceback.format_exc())
    return _record(store, judge, job, result)


def _refuse(store: Store, job: Job, code: str, error: WorkbenchError) -> Done:
    """Record that it is the file that has no score, and why."""
    with store.writing(ACTOR) as transaction:
        if not queue.holds(transaction, job):
            return _done(job, "dropped")
        return give_up(transaction, job, code, error.render()[:5000], "")


def _model_failed(store: Store, job: Job, failed: Failed) -> Done:
    """Record that a model left no answers that count: its team sees a class and nothing else."""
    with store.writing(ACTOR) as transaction:
        if not queue.holds(transaction, job):
            return _done(job, "dropped", failed.brief)
        transaction.set_secret("submission", job.submission, host_detail=failed.detail)
        note_failure(transaction, job, failed)
        if _has_score(transaction, job):
            queue.set_aside(transaction, job)
            return _done(job, "failed", failed.brief)
        queue.finish(transaction, job)
        if job.state != "scored":
            event = SubmissionFailed(
                submission=job.submission, code=failed.code, reason=failed.reason
            )
            transaction.append(event, challenge=job.challenge)
    return _done(job, "failed", failed.brief)


def _has_score(transaction: Transaction, job: Job) -> bool:
    """Say whether a job's phase has scored this submission in another set."""
    score = tables.score
    query = select(score.c.submission).where(score.c.submission == job.submission)
    return transaction.execute(query.where(score.c.phase == job.phase)).first() is not None


def _try_later(store: Store, job: Job, rules: WorkRules, detail: str) -> Done:
    """Put a job back, or give it up where it was tried often enough."""
    with store.writing(ACTOR) as transaction:
        if not queue.holds(transaction, job):
            return _done(job, "dropped", detail)
        if job.attempts + 1 >= rules.attempts:
            return give_up(transaction, job, FAILED, HostError.PUBLIC, detail)
        queue.put_back(transaction, job, rules.retry_s)
        transaction.set_secret("submission", job.submission, host_detail=detail)
    return _done(job, "put-back", detail)


def _record(store: Store, judge: Judge, job: Job, result: Scored) -> Done:
    """Record a score, once, whoever else worked on it."""
    with store.writing(ACTOR) as transaction:
        if not queue.holds(transaction, job):
            return _done(job, "dropped", "it was withdrawn, or scored by another worker")
        released = released_score(transaction.connection, judge, job, result)
        payload = score_event(job.submission, job.phase, job.score_set, result, released)
        transaction.append(payload, challenge=job.challenge)
        queue.finish(transaction, job)
    return _done(job, "scored")


def score_event(
    submission: str, phase: str, score_set: str, result: Scored, released: float | None
) -> SubmissionScored:
    """Return the event that records a score; ``released`` is what the Ladder lets be seen."""
    cases = result.cases
    return SubmissionScored(
        submission=submission,
        phase=phase,
        score_set=score_set,
        sheet=canonical(result.sheet.model_dump(mode="json")),
        resampled=encode(result.resampled),
        released=released,
        case_values="" if cases is None else encode(cases.values),
        case_units="" if cases is None else encode(cases.units),
    )


def give_up(transaction: Transaction, job: Job, code: str, reason: str, detail: str) -> Done:
    """Record that a submission has no score; a later score of a scored one is set aside instead."""
    if detail:
        transaction.set_secret("submission", job.submission, host_detail=detail)
    if job.state == "scored":
        queue.set_aside(transaction, job)
    else:
        queue.finish(transaction, job)
        failed = SubmissionFailed(submission=job.submission, code=code, reason=reason)
        transaction.append(failed, challenge=job.challenge)
    return _done(job, "failed", detail or reason)


def _done(
    job: Job, outcome: Literal["scored", "failed", "put-back", "dropped"], detail: str = ""
) -> Done:
    return Done(job.submission, job.phase, job.score_set, outcome, detail)
