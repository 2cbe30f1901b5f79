"""An organiser sets a score aside, with a reason everybody reads on the board."""

from __future__ import annotations

from sqlalchemy import select

from workbench.challenge.store import Store
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.events import ScoreOverridden
from workbench.challenge.store.permission import Principal, Resource, may
from workbench.challenge.store.tables import score, score_set, submission
from workbench.challenge.submissions import Entry, Refusal, entry
from workbench.challenge.submissions.refusals import not_found


def override_score(
    store: Store,
    principal: Principal,
    submission_id: str,
    value: float | None,
    reason: str,
    *,
    phase: str | None = None,
) -> Entry:
    """Put a value in the place of a submission's newest score; the scored one stays in the log.

    Args:
        store: The store.
        principal: An organiser.
        submission_id: Which submission.
        value: The score that counts from now on; None: it is shown without a rank.
        reason: Why; shown on the board with author and time.
        phase: On whose split; that of the phase it was sent to where not given.

    Raises:
        Refusal: ``not-found``: absent, or not this organiser's; ``not-scored``;
            ``challenge-closed``.
    """
    with store.writing(principal.actor) as transaction:
        query = select(submission).where(submission.c.id == submission_id)
        row = transaction.execute(query).one_or_none()
        if row is None or not may(principal, "organise", Resource(row.challenge, row.team)):
            raise not_found(submission_id)
        if challenge_row(transaction.connection, row.challenge).closed_at is not None:
            message = "the challenge is closed, its report is final"
            raise Refusal("challenge-closed", message, row.challenge, "publish a correction")
        scored = select(score.c.phase, score.c.score_set).join(
            score_set, score_set.c.id == score.c.score_set
        )
        scored = scored.where(score.c.submission == row.id, score.c.phase == (phase or row.phase))
        newest = transaction.execute(scored.order_by(score_set.c.seq.desc()).limit(1)).first()
        if newest is None:
            where = f"{row.id}, phase {phase or row.phase}"
            raise Refusal("not-scored", "there is no score to set aside", where, "score it first")
        payload = ScoreOverridden(
            submission=row.id,
            phase=newest.phase,
            score_set=newest.score_set,
            value=value,
            reason=reason,
        )
        transaction.append(payload, challenge=row.challenge)
    return entry(store, principal, row.id)
