"""Phases open and close by the store's clock, as the card says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, Row, select

from workbench.challenge.store import tables
from workbench.challenge.store.events import PhaseClosed, PhaseOpened
from workbench.challenge.store.transaction import Transaction
from workbench.challenge.submissions.refusals import Refusal
from workbench.errors import did_you_mean
from workbench.scoring import Challenge
from workbench.scoring.card_phases import Phase

State = Literal["to come", "open", "closed"]


def settle(transaction: Transaction, card: Challenge) -> None:
    """Record the phases that have opened or closed by now and were not recorded as such."""
    rows = _rows(transaction.connection, card.id)
    for phase in card.phases:
        row = rows.get(phase.id)
        if row is None and phase.opens <= transaction.now:
            transaction.append(PhaseOpened(phase=phase.id), challenge=card.id)
        ended = phase.closes <= transaction.now
        if ended and (row is None or row.closed_at is None):
            transaction.append(PhaseClosed(phase=phase.id), challenge=card.id)


def unsettled(connection: Connection, card: Challenge, now: datetime) -> bool:
    """Say whether :func:`settle` has something to record."""
    rows = _rows(connection, card.id)
    for phase in card.phases:
        row = rows.get(phase.id)
        if row is None and phase.opens <= now:
            return True
        if row is not None and row.closed_at is None and phase.closes <= now:
            return True
    return False


def states(connection: Connection, card: Challenge, now: datetime) -> dict[str, State]:
    """Return the state of every phase; a phase that was closed by an organiser is closed."""
    rows = _rows(connection, card.id)
    found: dict[str, State] = {}
    for phase in card.phases:
        row = rows.get(phase.id)
        over = phase.closes <= now or (row is not None and row.closed_at is not None)
        found[phase.id] = "closed" if over else "open" if phase.opens <= now else "to come"
    return found


def closing_times(card: Challenge, closed_at: Mapping[str, str | None]) -> dict[str, datetime]:
    """Return when each phase closes: by the card, or when an organiser ended it before.

    Args:
        card: The challenge.
        closed_at: When phases were recorded as closed, by id.
    """
    found = {}
    for phase in card.phases:
        recorded = closed_at.get(phase.id)
        ended = datetime.fromisoformat(recorded) if recorded else phase.closes
        found[phase.id] = min(phase.closes, ended)
    return found


def closing_times_now(connection: Connection, card: Challenge) -> dict[str, datetime]:
    """Return :func:`closing_times` as the store has them."""
    rows = _rows(connection, card.id)
    return closing_times(card, {name: row.closed_at for name, row in rows.items()})


def phase_for(
    connection: Connection, card: Challenge, now: datetime, named: str | None = None
) -> Phase:
    """Return the phase that takes a file now.

    Args:
        connection: Of the store.
        card: The challenge.
        now: The store's time.
        named: The phase a participant named; the first of the card that is open where not given.

    Raises:
        Refusal: ``unknown-phase``, ``phase-takes-no-files``, ``phase-not-open``, ``phase-closed``,
            ``no-open-phase``.
    """
    found, closes = states(connection, card, now), closing_times_now(connection, card)
    if named is not None:
        return _named(card, found, named, closes)
    for phase in card.phases:
        if phase.takes_from is None and found[phase.id] == "open":
            return phase
    coming = [p for p in card.phases if p.takes_from is None and found[p.id] == "to come"]
    last = max(closes[phase.id] for phase in card.phases if phase.takes_from is None)
    remedy = f"all of them have closed, the last one closed at {_utc(last)}"
    if coming:
        first = min(coming, key=lambda phase: phase.opens)
        remedy = f"'{first.id}' opens at {_utc(first.opens)}"
    raise Refusal("no-open-phase", "no phase takes files now", card.id, remedy)


def named_phase(card: Challenge, named: str | None, now: datetime) -> Phase:
    """Return the phase whose cases a file is checked against, open or not.

    Raises:
        Refusal: ``unknown-phase``, ``phase-takes-no-files``.
    """
    takes = [phase for phase in card.phases if phase.takes_from is None]
    if named is None:
        return card.phase_at(now) or takes[0]
    anytime = dict.fromkeys((phase.id for phase in card.phases), "open")
    return _named(card, anytime, named, {})


def _named(
    card: Challenge, found: dict[str, Any], named: str, closes: Mapping[str, datetime]
) -> Phase:
    where = f"{card.id}, phase {named[:80]}"
    phases = {phase.id: phase for phase in card.phases}
    if named not in phases:
        remedy = did_you_mean(named, phases) or f"the phases are {', '.join(phases)}"
        raise Refusal("unknown-phase", "there is no such phase", where, remedy)
    phase = phases[named]
    if phase.takes_from is not None:
        message = f"the phase scores what was selected in '{phase.takes_from}'"
        raise Refusal("phase-takes-no-files", message, where, f"send it to '{phase.takes_from}'")
    if found[named] == "to come":
        message = f"the phase opens at {_utc(phase.opens)}"
        raise Refusal("phase-not-open", message, where, "send it then")
    if found[named] == "closed":
        message = f"the phase closed at {_utc(closes[named])}"
        raise Refusal("phase-closed", message, where, "see the challenge's other phases")
    return phase


def _rows(connection: Connection, challenge: str) -> dict[str, Row[Any]]:
    query = select(tables.phase).where(tables.phase.c.challenge == challenge)
    return {row.id: row for row in connection.execute(query)}


def _utc(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
