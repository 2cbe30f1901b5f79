"""What an organiser does by hand while a challenge runs: each an event with author and reason."""

from __future__ import annotations

import math

from sqlalchemy import select

from workbench.challenge.store import Store
from workbench.challenge.store.challenges import check_running
from workbench.challenge.store.events import PhaseClosed, ScoreOverridden
from workbench.challenge.store.permission import Principal, Resource, require
from workbench.challenge.store.tables import score, score_set, submission
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.submissions.cards import card_of, card_of_set
from workbench.challenge.submissions.phases import settle, states
from workbench.errors import UsageError, did_you_mean
from workbench.scoring import Challenge
from workbench.scoring.case_values import OF_THE_SET


def end_phase(store: Store, principal: Principal, challenge: str, phase: str, reason: str) -> str:
    """Close a phase before its date: it takes no file from now on.

    Labels that no other phase uses are no longer guarded, so that everything is shown. What waits
    is scored all the same. A phase that takes from another is scored by ``close``.

    Args:
        store: The store.
        principal: An organiser.
        challenge: Id of the challenge.
        phase: Id of the phase; it is open.
        reason: Why; shown on the board.

    Returns:
        When it was closed, in UTC.

    Raises:
        UsageError: Not an organiser, no such challenge or phase, one that is not open, or one that
            takes from a phase that is still open.
    """
    require(principal, "organise", Resource(challenge))
    with store.writing(principal.actor) as transaction:
        card = _running(transaction, challenge)
        known = {one.id: one for one in card.phases}
        if phase not in known:
            hint = did_you_mean(phase, known) or f"its phases are {', '.join(known)}"
            raise UsageError(f"{challenge} has no phase '{phase}'; {hint}")
        settle(transaction, card)
        found = states(transaction.connection, card, transaction.now)
        if found[phase] != "open":
            raise UsageError(f"phase '{phase}' of {challenge} is {found[phase]}, not open")
        source = known[phase].takes_from
        if source is not None and found[source] != "closed":
            message = f"phase '{phase}' takes its submissions from '{source}', which is open"
            raise UsageError(message, where=challenge, remedy=f"end '{source}' first")
        transaction.append(PhaseClosed(phase=phase, reason=reason), challenge=challenge)
        return transaction.at


def override(
    store: Store,
    principal: Principal,
    submission_id: str,
    value: float | None,
    reason: str,
    *,
    phase: str | None = None,
) -> ScoreOverridden:
    """Put another value in the place of a score, or set the score aside.

    The score itself stays in the log. A new score set starts without overrides.

    Args:
        store: The store.
        principal: An organiser.
        submission_id: Which submission.
        value: The value that counts; None: the submission is shown without a rank.
        reason: Why; shown on the board.
        phase: On which phase's split; the one it was sent to where not given.

    Returns:
        What was recorded.

    Raises:
        UsageError: Not an organiser, no such submission or score, a closed challenge, a value that
            is no number or outside the metric's range, or one where ranks are made of cases.
    """
    with store.writing(principal.actor) as transaction:
        query = select(submission).where(submission.c.id == submission_id)
        row = transaction.execute(query).one_or_none()
        challenge = None if row is None else row.challenge
        require(principal, "organise", Resource(challenge, name=submission_id))
        if row is None:
            raise UsageError(f"there is no submission '{submission_id}'")
        _running(transaction, row.challenge)
        of_phase = phase or row.phase
        newest = _newest_score(transaction, submission_id, of_phase)
        _check_value(card_of_set(transaction.connection, newest), value, submission_id)
        event = ScoreOverridden(
            submission=submission_id, phase=of_phase, score_set=newest, value=value, reason=reason
        )
        transaction.append(event, challenge=row.challenge)
        return event


def _running(transaction: Transaction, challenge: str) -> Challenge:
    """Return the card of a challenge whose report is not out yet."""
    check_running(transaction.connection, challenge)
    return card_of(transaction.connection, challenge)


def _newest_score(transaction: Transaction, submission_id: str, phase: str) -> str:
    """Return the newest score set in which a submission has a score on a phase's split."""
    query = select(score_set.c.id).join(score, score.c.score_set == score_set.c.id)
    query = query.where(score.c.submission == submission_id, score.c.phase == phase)
    found = transaction.execute(query.order_by(score_set.c.seq.desc()).limit(1)).scalar()
    if found is None:
        message = f"submission '{submission_id}' has no score in phase '{phase}'"
        raise UsageError(message, remedy="workbench submissions lists what is scored")
    return str(found)


def _check_value(card: Challenge, value: float | None, where: str) -> None:
    """Refuse a value that cannot stand on the board."""
    if value is None:
        return
    if card.ranking.scheme != OF_THE_SET:
        message = f"ranks are by {card.ranking.scheme}, from values of cases: one value has no rank"
        raise UsageError(message, where=where, remedy="set the score aside, or rescore")
    low, high = card.metric_objects[card.primary].range
    if not math.isfinite(value) or not low <= value <= high:
        label = card.metric_objects[card.primary].label
        message = f"{value} is no value of {label}, which lies between {low:g} and {high:g}"
        raise UsageError(message, where=where)
