"""Scores what waits in the queue: killed at any moment, nothing is lost or scored twice."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator

from sqlalchemy import select

from workbench.challenge.store import Store, tables
from workbench.challenge.submissions import backlog, queue, trouble
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.judge import Judge
from workbench.challenge.submissions.labels import Labels
from workbench.challenge.submissions.model_jobs import kinds_here
from workbench.challenge.submissions.outcome import ACTOR, FAILED, Done, give_up, score_job
from workbench.challenge.submissions.phases import settle, unsettled
from workbench.challenge.submissions.queue import WorkRules
from workbench.errors import DataError, HostError, WorkbenchError


def work_once(
    store: Store,
    labels: Labels,
    *,
    worker: str | None = None,
    rules: WorkRules | None = None,
    only: str | None = None,
    challenge: str | None = None,
) -> Done | None:
    """Score the submission that has waited longest; None where nothing waits.

    Args:
        store: The store.
        labels: What this worker scores with.
        worker: Its name; host and process where not given.
        rules: How patient the queue is.
        only: Score this submission, if it waits.
        challenge: Score this challenge's submissions only; all there are where not given.

    Raises:
        HostError: Something waits, and nothing of it can be scored here: labels are absent, or not
            those that were sealed. What waits stays in the queue.
    """
    rules, worker = rules or WorkRules(), worker or f"{socket.gethostname()}:{os.getpid()}"
    _settle_phases(store)
    now = store.now()
    with store.reading() as connection:
        groups = backlog.waiting(connection, now, only, challenge)
    refused: HostError | None = None
    for group in groups:
        try:
            judge = Judge(store, labels, group)
        except HostError as error:
            trouble.report(store, group, error)
            refused = error
            continue
        trouble.clear(store, group)
        kinds, without = kinds_here(store, labels, judge.opened_with, judge.phase, group)
        refused = without or refused
        with store.writing(ACTOR) as transaction:
            in_order = judge.phase.ladder
            job = queue.lease(
                transaction, worker, rules, group, only=only, in_order=in_order, kinds=kinds
            )
            if job is not None and job.attempts >= rules.attempts:
                return give_up(transaction, job, FAILED, HostError.PUBLIC, "it ended its workers")
        if job is not None:
            return score_job(store, judge, job, rules, labels.models)
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
    challenge: str | None = None,
    told: Callable[[WorkbenchError], None] = lambda error: None,
) -> Iterator[Done]:
    """Yield what comes of each job, until told to stop.

    Args:
        store: The store.
        labels: What this worker scores with.
        stop: Asked between two jobs.
        idle_s: Seconds to wait where nothing can be done; None: return instead.
        rules: How patient the queue is.
        challenge: Whose submissions; of all challenges where not given.
        told: Called with what keeps jobs from being scored here, once as long as it lasts: labels
            that are absent or changed, a database that is away.
    """
    last = ""
    if labels.models is not None:
        labels.models.remove_left()
    while not stop():
        try:
            done, problem = work_once(store, labels, rules=rules, challenge=challenge), ""
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
