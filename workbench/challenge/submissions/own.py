"""What a team reads of its own submissions, and how it withdraws one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from workbench.challenge.store import Store
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.events import SubmissionWithdrawn
from workbench.challenge.store.files import get_file
from workbench.challenge.store.names import check_reason
from workbench.challenge.store.permission import Action, Principal, Resource, may
from workbench.challenge.store.tables import submission
from workbench.challenge.submissions import queue
from workbench.challenge.submissions.cards import card_of, card_sent_to
from workbench.challenge.submissions.limits import Quota, quota_left
from workbench.challenge.submissions.phases import phase_for, states
from workbench.challenge.submissions.refusals import Refusal, not_found
from workbench.challenge.submissions.team_view import Entry, entry_of
from workbench.challenge.submissions.who import still_holds

LATEST = "last"


def entries(store: Store, principal: Principal, challenge: str | None = None) -> list[Entry]:
    """Return the submissions somebody may read, oldest first.

    Raises:
        Refusal: ``unknown-challenge``.
    """
    now = store.now()
    with store.reading() as connection:
        if challenge is not None:
            challenge_row(connection, challenge)
        query = select(submission).order_by(submission.c.received_seq)
        if challenge is not None:
            query = query.where(submission.c.challenge == challenge)
        if principal.scope == "participant":
            query = query.where(submission.c.team == principal.team)
        rows = [row for row in connection.execute(query) if _allowed(principal, row)]
        return [entry_of(connection, row, now) for row in rows]


def entry(store: Store, principal: Principal, submission_id: str = LATEST) -> Entry:
    """Return one submission; ``last`` is the latest one that may be read.

    Raises:
        Refusal: ``not-found``: absent, another team's, or asked for without a right.
    """
    now = store.now()
    with store.reading() as connection:
        return entry_of(connection, _find(connection, principal, submission_id), now)


def host_detail(store: Store, principal: Principal, submission_id: str) -> str | None:
    """Return what only the host may see of a submission; None for everybody else."""
    with store.reading() as connection:
        row = _find(connection, principal, submission_id)
        return row.host_detail if _allowed(principal, row, "read-host-detail") else None


def sent_file(store: Store, principal: Principal, submission_id: str) -> tuple[str, bytes]:
    """Return a submitted file by submission id or by the file's sha256: its name, its bytes.

    Raises:
        Refusal: ``not-found``.
    """
    with store.reading() as connection:
        row = _find(connection, principal, submission_id, "download-submission")
        return row.filename, get_file(connection, row.digest)


def withdraw(store: Store, principal: Principal, submission_id: str, reason: str) -> Entry:
    """Withdraw a submission: it counts no longer, stays visible, gives no quota back.

    A team may until its phase closes. Afterwards it knows all scores: to choose then which of its
    submissions counts would be to choose by the result. An organiser still may.

    Args:
        store: The store.
        principal: The team, or an organiser.
        submission_id: Which; ``last`` for the latest.
        reason: Why; shown with it.

    Raises:
        Refusal: ``not-found``, ``withdrawn-before``, ``phase-closed``, ``challenge-closed``.
        UsageError: The reason is empty, too long, or holds characters that cannot be seen.
    """
    check_reason(reason)
    with store.writing(principal.actor) as transaction:
        connection = transaction.connection
        row = _find(connection, principal, submission_id, "withdraw-submission")
        if row.withdrawn_at is not None:
            message = f"it was withdrawn at {row.withdrawn_at}"
            raise Refusal("withdrawn-before", message, row.id, "there is nothing left to do")
        if challenge_row(connection, row.challenge).closed_at is not None:
            message = "the challenge is closed, its report is final"
            raise Refusal("challenge-closed", message, row.challenge, "write to the organiser")
        still_holds(connection, principal, transaction.now)
        _require_open(connection, principal, row, transaction.now)
        event = SubmissionWithdrawn(submission=row.id, reason=reason)
        transaction.append(event, challenge=row.challenge)
        queue.drop(transaction, row.id)
        return entry_of(connection, _row(connection, row.id), transaction.now)


def quota(store: Store, principal: Principal, challenge: str, phase: str | None = None) -> Quota:
    """Return what a team has left in the phase that is open, or in the one it names.

    Raises:
        Refusal: ``unknown-challenge``, ``not-found`` without a team, or the phase's codes.
    """
    now = store.now()
    with store.reading() as connection:
        card = card_sent_to(connection, challenge)
        team = principal.team
        if team is None or not may(principal, "read-team", Resource(challenge, team)):
            raise not_found(challenge)
        return quota_left(connection, card, phase_for(connection, card, now, phase), team, now)


def _allowed(principal: Principal, row: Row[Any], action: Action = "read-submission") -> bool:
    return may(principal, action, Resource(row.challenge, row.team, row.id))


def _find(
    connection: Connection, principal: Principal, named: str, action: Action = "read-submission"
) -> Row[Any]:
    """Return the row of a submission that may be read; one answer to everything else."""
    query = select(submission).order_by(submission.c.received_seq.desc())
    if principal.scope == "participant":
        query = query.where(submission.c.team == principal.team)
    if named != LATEST:
        query = query.where(or_(submission.c.id == named, submission.c.digest == named))
    for row in connection.execute(query):
        if _allowed(principal, row, action):
            return row
    raise not_found(named)


def _require_open(
    connection: Connection, principal: Principal, row: Row[Any], now: datetime
) -> None:
    """End with a refusal where a team comes after the close of the phase it sent to."""
    if may(principal, "organise", Resource(row.challenge)):
        return
    if states(connection, card_of(connection, row.challenge), now)[row.phase] == "closed":
        message = "the phase has closed: what counts in it stays"
        raise Refusal("phase-closed", message, row.id, "write to the organiser")


def _row(connection: Connection, submission_id: str) -> Row[Any]:
    return connection.execute(select(submission).where(submission.c.id == submission_id)).one()
