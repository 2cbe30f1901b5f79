"""What a challenge's pages and tables begin with: its phases, what waits, what failed."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from workbench.challenge.store import Store
from workbench.challenge.store.tables import job, submission
from workbench.challenge.submissions.backlog import unfinished
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.phases import State, closing_times_now, states


@dataclass(frozen=True)
class PhaseLine:
    """A phase by the store's clock.

    Attributes:
        phase: Its id.
        state: Whether it is open.
        split: On whose labels it scores.
        opens: When, UTC.
        closes: When, UTC.
        takes_from: The phase whose selection it scores; None: teams send to it.
        final: Whether it decides.
        waiting: How many of its submissions are not scored yet.
    """

    phase: str
    state: State
    split: str
    opens: str
    closes: str
    takes_from: str | None
    final: bool
    waiting: int


@dataclass(frozen=True)
class Waiting:
    """A submission in the queue.

    Attributes:
        submission: Its id.
        team: Whose.
        phase: On whose split it is scored.
        score_set: In which score set.
        received_at: When it came.
        attempts: How often it was tried.
        worker: Who works on it; None: nobody yet.
        leased_until: Until when; ``9999-...``: given up until an organiser looks at it.
    """

    submission: str
    team: str
    phase: str
    score_set: str
    received_at: str
    attempts: int
    worker: str | None
    leased_until: str | None


def phase_lines(store: Store, challenge: str) -> list[PhaseLine]:
    """Return the phases of a challenge by the store's clock.

    Raises:
        Refusal: ``unknown-challenge``.
    """
    now = store.now()
    with store.reading() as connection:
        card = card_of(connection, challenge)
        found, closes = states(connection, card, now), closing_times_now(connection, card)
        return [
            PhaseLine(
                phase=phase.id,
                state=found[phase.id],
                split=phase.split,
                opens=phase.opens.strftime("%Y-%m-%d %H:%M UTC"),
                closes=closes[phase.id].strftime("%Y-%m-%d %H:%M UTC"),
                takes_from=phase.takes_from,
                final=phase.final,
                waiting=unfinished(connection, challenge, phase=phase.id),
            )
            for phase in card.phases
        ]


def queue_lines(connection: Connection, challenge: str) -> list[Waiting]:
    """Return what is not scored yet, in the order it came."""
    columns = (
        job.c.submission,
        submission.c.team,
        job.c.phase,
        job.c.score_set,
        submission.c.received_at,
        job.c.attempts,
        job.c.worker,
        job.c.leased_until,
    )
    query = select(*columns).join(submission, submission.c.id == job.c.submission)
    query = query.where(submission.c.challenge == challenge).order_by(submission.c.received_seq)
    return [Waiting(*row) for row in connection.execute(query)]


def failures(connection: Connection, challenge: str) -> dict[str, int]:
    """Return how many submissions failed, by the code of the reason."""
    query = select(submission.c.reason_code, func.count()).where(
        submission.c.challenge == challenge, submission.c.state == "failed"
    )
    rows = connection.execute(query.group_by(submission.c.reason_code))
    return {str(code): int(count) for code, count in sorted(tuple(row) for row in rows)}
