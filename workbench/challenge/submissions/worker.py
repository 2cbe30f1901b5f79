"""Scores what waits in the queue: killed at any moment, nothing is lost or scored twice."""

from __future__ import annotations

import os
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select

from workbench.challenge.store import Store, tables
from workbench.challenge.store.events import SubmissionFailed, SubmissionScored
from workbench.challenge.store.text import canonical
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.store.values import encode
from workbench.challenge.submissions import queue, trouble
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.judge import Judge, released_score
from workbench.challenge.submissions.labels import Labels
from workbench.challenge.submissions.phases import settle, unsettled
from workbench.challenge.submissions.queue import Job, WorkRules
from workbench.errors import DataError, HostError, SubmissionRejected, WorkbenchError
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


def work_once(
    store: Store,
    labels: Labels,
    *,
    worker: str | None = None,
    rules: WorkRules | None = None,
    only: str | None = None,
) -> Done | None:
    """Score the submission that has waited longest; None where nothing waits.

    Args:
        store: The store.
        labels: What this worker scores with.
        worker: Its name; host and process where not given.
        rules: How patient the queue is.
        only: Score this submission, if it waits.

    Raises:
        HostError: Something waits, and nothing of it can be scored here: labels are absent, or not
            those that were sealed. What waits stays in the queue.
    """
    rules, worker = rules or WorkRules(), worker or f"{socket.gethostname()}:{os.getpid()}"
    _settle_phases(store)
    now = store.now()
    with store.reading() as connection:
        groups = queue.waiting(connection, now, only)
    refused: HostError | None = None
    for group in groups:
        try:
            judge = Judge(store, labels, group)
        except HostError as error:
            trouble.report(store, group, error)
            refused = error
            continue
        trouble.clear(store, group)
        with store.writing(ACTOR) as transaction:
            in_order = judge.phase.ladder
            job = queue.lease(transaction, worker, rules, group, only=only, in_order=in_order)
            if job is not None and job.attempts >= rules.attempts:
                return _give_up(transaction, job, FAILED, HostError.PUBLIC, "it ended its workers")
        if job is not None:
            return _do(store, judge, job, rules)
    if refused is not None:
        raise refused
    return None


def work(
    store: Store,
    labels: Labels,
    *,
    stop: Callable[[], bool] = lambda: False,
    idle_s: float | None = 1.0,
    rules: WorkRules | None = None,
    told: Callable[[WorkbenchError], None] = lambda error: None,
) -> Iterator[Done]:
    """Yield what comes of each job, until told to stop.

    Args:
        store: The store.
        labels: What this worker scores with.
        stop: Asked between two jobs.
        idle_s: Seconds to wait where nothing can be done; None: return instead.
        rules: How patient the queue is.
        told: Called with what keeps jobs from being scored here, once as long as it lasts: labels
            that are absent or changed, a database that is away.
    """
    last = ""
    while not stop():
        try:
            done, problem = work_once(store, labels, rules=rules), ""
        except (HostError, DataError) as error:
            done, problem = None, error.render()
            if problem != last:
                told(error)
        last = problem
        if done is not None:
            yield done
        elif idle_s is None:
            return
        else:
            time.sleep(idle_s)


def _do(store: Store, judge: Judge, job: Job, rules: WorkRules) -> Done:
    """Score a leased job and record what came of it."""
    try:
        with store.reading() as connection:
            result = judge.score(connection, job)
    except SubmissionRejected as error:
        with store.writing(ACTOR) as transaction:
            if not queue.holds(transaction, job):
                return _done(job, "dropped")
            return _give_up(transaction, job, REJECTED, error.render()[:5000], "")
    except Exception as error:  # whatever it is, the queue goes on
        named = isinstance(error, WorkbenchError)
        return _try_later(store, job, rules, str(error) if named else traceback.format_exc())
    return _record(store, judge, job, result)


def _try_later(store: Store, job: Job, rules: WorkRules, detail: str) -> Done:
    """Put a job back, or give it up where it was tried often enough."""
    with store.writing(ACTOR) as transaction:
        if not queue.holds(transaction, job):
            return _done(job, "dropped", detail)
        if job.attempts + 1 >= rules.attempts:
            return _give_up(transaction, job, FAILED, HostError.PUBLIC, detail)
        queue.put_back(transaction, job, rules.retry_s)
        transaction.set_secret("submission", job.submission, host_detail=detail)
    return _done(job, "put-back", detail)


def _record(store: Store, judge: Judge, job: Job, result: Scored) -> Done:
    """Record a score, once, whoever else worked on it."""
    content = result.sheet.model_dump(mode="json")
    sheet, resampled = canonical(content), encode(result.resampled)
    with store.writing(ACTOR) as transaction:
        if not queue.holds(transaction, job):
            return _done(job, "dropped", "it was withdrawn, or scored by another worker")
        payload = SubmissionScored(
            submission=job.submission,
            phase=job.phase,
            score_set=job.score_set,
            sheet=sheet,
            resampled=resampled,
            released=released_score(transaction.connection, judge, job, result),
        )
        transaction.append(payload, challenge=job.challenge)
        queue.finish(transaction, job)
    return _done(job, "scored")


def _give_up(transaction: Transaction, job: Job, code: str, reason: str, detail: str) -> Done:
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


def _settle_phases(store: Store) -> None:
    """Record phases that opened or closed since anybody looked."""
    now = store.now()
    with store.reading() as connection:
        running = select(tables.challenge.c.id).where(tables.challenge.c.closed_at.is_(None))
        cards = [card_of(connection, name) for name in connection.scalars(running).all()]
        due = [card for card in cards if unsettled(connection, card, now)]
    for card in due:
        with store.writing(ACTOR) as transaction:
            settle(transaction, card)


def _done(
    job: Job, outcome: Literal["scored", "failed", "put-back", "dropped"], detail: str = ""
) -> Done:
    return Done(job.submission, job.phase, job.score_set, outcome, detail)
