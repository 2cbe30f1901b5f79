"""Close a challenge and publish its report: once, frozen, and the same whenever it is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from workbench.audit.record import Link
from workbench.challenge.standings.built_report import BuiltReport, build_report
from workbench.challenge.standings.draining import drain
from workbench.challenge.standings.finals import score_finals
from workbench.challenge.standings.report import (
    Render,
    Result,
)
from workbench.challenge.standings.report_folder import check_folder, write_report
from workbench.challenge.store import Store
from workbench.challenge.store.challenges import challenge_row
from workbench.challenge.store.events import Closed, Published
from workbench.challenge.store.permission import Principal, Resource, require
from workbench.challenge.store.tables import event as events
from workbench.challenge.submissions import Labels
from workbench.challenge.submissions.backlog import unfinished
from workbench.challenge.submissions.cards import card_of
from workbench.challenge.submissions.phases import settle, states
from workbench.errors import DataError, HostError, UsageError

_TRIES = 20


@dataclass(frozen=True)
class ClosedReport:
    """A report that was published.

    Attributes:
        challenge: Id of the challenge.
        digest: sha256 of the manifest: announce it.
        folder: Where the report lies.
        head: Last event the report follows from.
        again: Whether the challenge was closed before, and this is the same report again.
        result: What the challenge came to.
    """

    challenge: str
    digest: str
    folder: Path
    head: Link
    again: bool
    result: Result


def close_challenge(
    store: Store,
    challenge: str,
    labels: Labels,
    principal: Principal,
    folder: Path | str,
    *,
    render: Render | None = None,
) -> ClosedReport:
    """Score the final phases, close the challenge, and write its report.

    The report is made of events alone. The event that closes the challenge holds the digest of its
    manifest, so a report made again later must be the same. Two organisers at once close once and
    write the same report.

    Args:
        store: The store.
        challenge: Id of the challenge.
        labels: To score what still waits and the final phases, and for tables of subgroups.
        principal: An organiser.
        folder: Written in one step; must be absent, empty, or an earlier report.
        render: Makes the page; there is none where not given.

    Raises:
        UsageError: Not an organiser, an unknown challenge, a phase that has not closed, or a
            folder with other things.
        HostError: Something cannot be scored.
        DataError: The challenge was closed before, and the report cannot be made the same again.
    """
    require(principal, "organise", Resource(challenge))
    folder = Path(folder)
    check_folder(folder)
    for _ in range(_TRIES):
        closed = _closed_at(store, challenge)
        if closed is None:
            _finish_scoring(store, challenge, labels, principal)
        until = store.head().seq if closed is None else closed[0] - 2  # before published, closed
        built = build_report(store, challenge, labels, until, render)
        if closed is not None and built.digest != closed[1]:
            raise DataError(
                f"the challenge was closed with the report {closed[1]}, made again it is "
                f"{built.digest}",
                where=challenge,
                remedy="give the same labels and use the version that closed it; the extract of "
                "events in the report says which",
            )
        if closed is not None or _record(store, challenge, principal, built):
            write_report(folder, built.files)
            again = closed is not None
            return ClosedReport(challenge, built.digest, folder, built.head, again, built.result)
    raise DataError("the store does not come to rest: others write all the time", where=challenge)


def _closed_at(store: Store, challenge: str) -> tuple[int, str] | None:
    """Return the number of the event that closed a challenge and the report's digest, or None."""
    with store.reading() as connection:
        row = challenge_row(connection, challenge)
        if row.report_digest is None:
            return None
        where = (events.c.challenge == challenge, events.c.kind == Closed.kind)
        return int(connection.scalars(select(events.c.seq).where(*where)).one()), row.report_digest


def _finish_scoring(store: Store, challenge: str, labels: Labels, principal: Principal) -> None:
    """Score everything there is to score; refuse while a phase is open."""
    now = store.now()
    with store.reading() as connection:
        card = card_of(connection, challenge)
        found = states(connection, card, now)
    running = [phase for phase in card.phases if found[phase.id] != "closed"]
    if running:
        last = max(running, key=lambda phase: phase.closes)
        names = ", ".join(f"'{phase.id}'" for phase in running)
        raise UsageError(
            f"not over yet in {challenge}: phase{'s' * (len(running) > 1)} {names}",
            remedy=f"close it after {last.closes:%Y-%m-%d %H:%M} UTC, or end the phase before its "
            "date: workbench challenge end-phase",
        )
    with store.writing(principal.actor) as transaction:
        settle(transaction, card)
    list(drain(store, labels, challenge))
    score_finals(store, challenge, labels, principal)
    with store.reading() as connection:
        left = unfinished(connection, challenge)
    if left:
        raise HostError(
            f"{left} scores of {challenge} are missing",
            remedy="workbench challenge work --again ID, or withdraw what cannot be scored",
        )


def _record(store: Store, challenge: str, principal: Principal, built: BuiltReport) -> bool:
    """Record the closing; False where something was written since the report was made.

    Also where it was closed, or a new score set opened, before the report was begun.
    """
    with store.writing(principal.actor) as transaction:
        connection = transaction.connection
        if transaction.last.seq != built.head.seq or unfinished(connection, challenge):
            return False
        if challenge_row(connection, challenge).closed_at is not None:
            return False
        published = Published(publication=transaction.new_id("p"), digest=built.digest)
        transaction.append(published, challenge=challenge)
        transaction.append(Closed(report_digest=built.digest), challenge=challenge)
    return True
