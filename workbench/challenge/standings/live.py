"""The board of a store: now, or as it was at any moment."""

from __future__ import annotations

import threading
from datetime import datetime

from workbench.challenge.standings.board import Standings, standings
from workbench.challenge.standings.course import Cards
from workbench.challenge.standings.document import BoardDocument
from workbench.challenge.store import Store
from workbench.challenge.store.challenges import check_known
from workbench.challenge.store.permission import PUBLIC, Principal
from workbench.challenge.store.rebuild import Tables, rebuild
from workbench.challenge.submissions.cards import card_of_digest
from workbench.scoring import Challenge


def board(
    store: Store,
    challenge: str,
    phase: str | None = None,
    *,
    as_of: datetime | None = None,
    viewer: Principal = PUBLIC,
    score_set: str | None = None,
) -> Standings:
    """Return the board of a phase of a store's challenge.

    Args:
        store: The store.
        challenge: Id of the challenge.
        phase: Id of the phase; the decided final, else what is open, where not given.
        as_of: A moment with its zone: the board as it was then, to the bit. Now where not given,
            and where it is to come.
        viewer: Who looks.
        score_set: Another set than the phase's newest complete one.

    Raises:
        UsageError: No such challenge, phase or score set (then).
    """
    check_known(store, challenge)
    tables = rebuild(store, until=as_of, challenge=challenge)
    now = store.now()  # asked after the events: no board is older than its last one
    if as_of is not None:
        now = min(as_of, now)  # later would lift the guard
    return standings(
        tables, cards_of(store), challenge, phase, now=now, viewer=viewer, score_set=score_set
    )


def rank_of(
    store: Store, challenge: str, phase: str, team: str, viewer: Principal = PUBLIC
) -> tuple[int | float, int | float | None, int | float | None] | None:
    """Return a team's rank with its interval, where it has one and it may be shown."""
    return rank_in(board(store, challenge, phase, viewer=viewer).document, team)


def rank_in(
    document: BoardDocument, team: str
) -> tuple[int | float, int | float | None, int | float | None] | None:
    """Return a team's rank on a board with its interval; None where it has none to be shown."""
    for row in document.rows:
        if row.team == team and row.rank is not None:
            return row.rank, row.rank_low, row.rank_high
    return None


def cards_of(store: Store) -> Cards:
    """Return what gives the card of a digest, from the store."""

    def card(digest: str) -> Challenge:
        with store.reading() as connection:
            return card_of_digest(connection, digest)

    return card


class Follower:
    """Boards of one challenge for a program that runs on: each event is read once.

    Threads may share it.

    Args:
        store: The store.
        challenge: Id of the challenge.
    """

    def __init__(self, store: Store, challenge: str) -> None:
        check_known(store, challenge)
        self.store, self.challenge = store, challenge
        self._tables, self._seen = Tables(), 0
        self._lock = threading.Lock()
        self._cards = cards_of(store)

    def board(
        self, phase: str | None = None, *, viewer: Principal = PUBLIC, score_set: str | None = None
    ) -> Standings:
        """Return the board now; see :func:`board`."""
        with self._lock:
            now = self.store.now()
            for event in self.store.events(after=self._seen, challenge=self.challenge):
                self._tables.add(event)
                self._seen = event.seq
            return standings(
                self._tables,
                self._cards,
                self.challenge,
                phase,
                now=now,
                viewer=viewer,
                score_set=score_set,
            )
