"""Boards as bytes, made once for each state of the event log and each kind of viewer."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from workbench.challenge.standings import Follower, Standings, board, board_csv
from workbench.challenge.store import Store
from workbench.challenge.store.permission import Principal, Resource, may
from workbench.challenge.store.tables import event
from workbench.challenge.submissions.cards import card_of
from workbench.report.standings import page_of

Write = Callable[[Standings], str]
_MOST = 256


@dataclass(frozen=True)
class Asked:
    """Which board is wanted, in which form, by whom; a page of another room names its own form."""

    challenge: str
    phase: str | None
    as_of: datetime | None
    score_set: str | None
    form: str
    viewer: Principal


class Boards:
    """The boards of a store.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: OrderedDict[str, bytes] = OrderedDict()
        self._last: dict[tuple[str | None, ...], str] = {}
        self._followers: dict[str, Follower] = {}
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}

    def etag(self, asked: Asked) -> str:
        """Return what names a board's bytes.

        It changes with every event of the challenge, and where a phase opens or closes by the
        clock: then more may be shown.

        Raises:
            UnknownChallenge: The store has none of this id.
        """
        now = self._store.now()
        with self._store.reading() as connection:
            card = card_of(connection, asked.challenge)
            last = select(func.max(event.c.seq)).where(event.c.challenge == asked.challenge)
            head = connection.scalar(last)
        passed = [(phase.opens <= now, phase.closes <= now) for phase in card.phases]
        to_come = asked.as_of is not None and asked.as_of >= now
        state = (*_question(asked, now=to_come or asked.as_of is None), head, passed)
        return f'"{hashlib.sha256(repr(state).encode()).hexdigest()[:32]}"'

    def page(self, asked: Asked, etag: str, write: Write | None = None) -> tuple[str, bytes]:
        """Return a page and what names it; while the new one is made, others get the last one.

        A page says which event it follows from. Who asks first after an event waits for the new
        one. Arguments and errors are those of :meth:`content`.
        """
        question = _question(asked, now=asked.as_of is None)
        with self._guard:
            last = self._last.get(question, "")
            lock = self._locks.get(asked.challenge)
            if etag not in self._made and last in self._made and lock and lock.locked():
                return last, self._made[last]
        found = self.content(asked, etag, write)
        with self._guard:
            self._last[question] = etag
            self._last = {one: tag for one, tag in self._last.items() if tag in self._made}
        return etag, found

    def content(self, asked: Asked, etag: str, write: Write | None = None) -> bytes:
        """Return a board's bytes; many who want a new one wait while it is made once.

        Args:
            asked: Which board.
            etag: What names its bytes now.
            write: Writes it in a form that is not one of the server's.

        Raises:
            UsageError: No such phase or score set (then).
        """
        found = self._kept(etag)
        if found is not None:
            return found
        with self._guard:
            lock = self._locks.setdefault(asked.challenge, threading.Lock())
        with lock:
            found = self._kept(etag)  # made by somebody else meanwhile
            if found is None:
                found = (write or _FORMS[asked.form])(self._standings(asked)).encode("utf-8")
                self._keep(etag, found)
        return found

    def _kept(self, etag: str) -> bytes | None:
        """Return a board that was made and is kept."""
        with self._guard:
            found = self._made.get(etag)
            if found is not None:
                self._made.move_to_end(etag)
            return found

    def _keep(self, etag: str, content: bytes) -> None:
        """Keep a board; the one nobody asked for the longest goes."""
        with self._guard:
            self._made[etag] = content
            if len(self._made) > _MOST:
                self._made.popitem(last=False)

    def _standings(self, asked: Asked) -> Standings:
        """Return the board; the one of now follows the log, each event read once."""
        if asked.as_of is not None and asked.as_of < self._store.now():
            return board(
                self._store,
                asked.challenge,
                asked.phase,
                as_of=asked.as_of,
                viewer=asked.viewer,
                score_set=asked.score_set,
            )
        follower = self._followers.get(asked.challenge)
        if follower is None:
            follower = self._followers[asked.challenge] = Follower(self._store, asked.challenge)
        return follower.board(asked.phase, viewer=asked.viewer, score_set=asked.score_set)


def _question(asked: Asked, *, now: bool) -> tuple[str | None, ...]:
    """Return what is asked, whatever the state of the log."""
    moment = "now" if now or asked.as_of is None else asked.as_of.isoformat()
    return (
        *(asked.challenge, asked.phase, asked.score_set, asked.form),
        *(moment, _kind_of(asked)),
    )


def _kind_of(asked: Asked) -> str:
    """Return what of a viewer changes a board: organiser, team, or anybody."""
    viewer = asked.viewer
    if may(viewer, "organise", Resource(asked.challenge)):
        return "organiser"
    own = viewer.team is not None and viewer.challenge == asked.challenge
    return f"team {viewer.team}" if own else "anybody"


def _page(found: Standings) -> str:
    return page_of([found])


def _json(found: Standings) -> str:
    return found.document.to_json()


def _csv(found: Standings) -> str:
    return board_csv(found.document)


_FORMS: dict[str, Write] = {"json": _json, "csv": _csv, "html": _page}
