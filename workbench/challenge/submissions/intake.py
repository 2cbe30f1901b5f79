"""Takes a submission: checked outside, counted and recorded in one short transaction."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, Row, select

from workbench.challenge.models import check_archive
from workbench.challenge.store import Store, tables
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.events import SentKind, SubmissionReceived
from workbench.challenge.store.files import put_file
from workbench.challenge.store.head import HeadNotKept
from workbench.challenge.store.permission import Principal, Resource, may
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.submissions.cards import asked_cases, card_sent_to, current_set
from workbench.challenge.submissions.limits import (
    Quota,
    quota_left,
    require_few_failures,
    require_quota,
)
from workbench.challenge.submissions.phases import phase_for, settle
from workbench.challenge.submissions.queue import enqueue
from workbench.challenge.submissions.refusals import Refusal
from workbench.challenge.submissions.who import still_holds
from workbench.digests import of_bytes
from workbench.scoring import Challenge, check_report
from workbench.scoring.card_phases import Phase
from workbench.storage import file_name


@dataclass(frozen=True)
class Receipt:
    """A submission was taken.

    Attributes:
        id: Of the submission, ``s-000042``.
        challenge: Where.
        phase: In which phase.
        team: Whose.
        digest: sha256 of the file.
        size: Of the file, in bytes.
        filename: As it is kept.
        received_at: When, UTC.
        state: ``queued``; of a file sent before, what became of it.
        known: Whether the team sent the same file to this phase before; it then counts once.
        quota: What the team has left.
    """

    id: str
    challenge: str
    phase: str
    team: str
    digest: str
    size: int
    filename: str
    received_at: str
    state: str
    known: bool
    quota: Quota

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def submit(
    store: Store,
    principal: Principal,
    challenge: str,
    content: bytes,
    *,
    filename: str,
    phase: str | None = None,
    kind: SentKind = "predictions",
) -> Receipt:
    """Take a team's file.

    The file's digest is its idempotency key: what a team sends twice to a phase is one submission,
    which counts once, unless the earlier one was withdrawn. One that failed on the organiser's side
    is scored again by the organiser, not sent again.

    Args:
        store: The store.
        principal: Who sends; a participant, for the own team.
        challenge: Id of the challenge.
        content: The file's bytes, read once.
        filename: What the sender calls it; kept without folders and odd characters.
        phase: Which phase; that which is open where not given.
        kind: What it is: a table of predictions, or the archive of a model.

    Raises:
        Refusal: It may not be sent, or not now (also: a token that was revoked during the check);
            nothing was counted. See its codes.
        SubmissionRejected: The file breaks a rule; all problems at once; nothing was counted.
    """
    now = store.now()
    digest = of_bytes(content)
    with store.reading() as connection:
        card = card_sent_to(connection, challenge)
        team = _sender(principal, challenge)
        chosen = _open_phase(connection, card, now, phase)
        known = _sent_before(connection, card, chosen, team, digest)
        quota = quota_left(connection, card, chosen, team, now)
        if known is None:
            require_quota(quota, card, chosen)
            require_few_failures(connection, card, chosen, team, now)
            keys = asked_cases(connection, card, chosen)
    if known is not None:
        return _receipt(known, quota, known=True)
    report = check_archive(content, card) if kind == "model" else check_report(content, card, keys)
    if not report.accepted:
        raise report.error(kept_name(filename))
    # The file is taken once it is recorded. A head that was not kept is the organiser's matter: the
    # next writer keeps it, or refuses.
    with suppress(HeadNotKept), store.writing(principal.actor) as transaction:
        still_holds(transaction.connection, principal, transaction.now)
        receipt = _take(transaction, card, chosen, team, content, filename, report.digest, kind)
    return receipt


def kept_name(filename: str) -> str:
    """Return a sender's file name as it is kept: no folder, no odd character, no formula.

    >>> kept_name("../../=évil.csv"), kept_name("-a b.csv"), kept_name("..")
    ('_vil.csv', 'a_b.csv', '_')
    """
    last = PurePosixPath(filename.replace("\\", "/")).name
    return file_name(last.lstrip("-=+@ "))


def _take(
    transaction: Transaction,
    card: Challenge,
    phase: Phase,
    team: str,
    content: bytes,
    filename: str,
    check_digest: str,
    kind: SentKind,
) -> Receipt:
    """Count and record a checked file; everything that decides is read here, under the lock."""
    connection, now = transaction.connection, transaction.now
    settle(transaction, card)
    _open_phase(connection, card, now, phase.id)
    digest = of_bytes(content)
    known = _sent_before(connection, card, phase, team, digest)
    if known is not None:
        return _receipt(known, quota_left(connection, card, phase, team, now), known=True)
    require_quota(quota_left(connection, card, phase, team, now), card, phase)
    require_few_failures(connection, card, phase, team, now)
    put_file(transaction, content)
    new = transaction.new_id("s")
    payload = SubmissionReceived(
        submission=new,
        team=team,
        phase=phase.id,
        digest=digest,
        size=len(content),
        filename=kept_name(filename),
        check_digest=check_digest,
        sent=kind,
    )
    transaction.append(payload, challenge=card.id)
    enqueue(transaction, new, phase.id, current_set(connection, card.id))
    row = connection.execute(select(tables.submission).where(tables.submission.c.id == new)).one()
    return _receipt(row, quota_left(connection, card, phase, team, now), known=False)


def _sender(principal: Principal, challenge: str) -> str:
    """Return the team somebody sends for.

    Raises:
        Refusal: ``not-yours``.
    """
    resource = Resource(challenge, principal.team)
    if principal.team is None or not may(principal, "submit", resource):
        message = "only a participant's token of this challenge sends files"
        raise Refusal("not-yours", message, challenge, "ask the organiser for a token")
    return principal.team


def _open_phase(connection: Connection, card: Challenge, now: Any, named: str | None) -> Phase:
    """Return the phase that takes the file.

    Raises:
        Refusal: The challenge is closed, or the phase does not take files now.
    """
    if challenge_row(connection, card.id).closed_at is not None:
        raise Refusal("challenge-closed", "the challenge is closed", card.id, "see its report")
    return phase_for(connection, card, now, named)


def _sent_before(
    connection: Connection, card: Challenge, phase: Phase, team: str, digest: str
) -> Row[Any] | None:
    """Return the team's submission of the same file to the phase that still stands."""
    sent = tables.submission
    query = select(sent).where(
        sent.c.challenge == card.id,
        sent.c.phase == phase.id,
        sent.c.team == team,
        sent.c.digest == digest,
        sent.c.withdrawn_at.is_(None),
    )
    return connection.execute(query.order_by(sent.c.received_seq).limit(1)).one_or_none()


def _receipt(row: Row[Any], quota: Quota, *, known: bool) -> Receipt:
    names = ("id", "challenge", "phase", "team", "digest", "size", "filename", "received_at")
    fields = {name: getattr(row, name) for name in names}
    return Receipt(**fields, state=row.state, known=known, quota=quota)
