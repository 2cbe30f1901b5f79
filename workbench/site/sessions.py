"""Who is signed in: random session ids in a cookie, and what they stand for in memory.

Memory and not the store: one process answers all requests (scorers answer none), so nothing has to
be shared; a session is then never on a disk or in a backup, and a restart signs everybody out. A
session holds whom the token stands for and its public name, never the token; the token is looked up
anew with every request, and the session ends with it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.challenge.store.permission import Principal

LASTS_S = 8 * 3600.0
IDLE_S = 2 * 3600.0
_MOST = 20_000


@dataclass
class Session:
    """Somebody who is signed in.

    Attributes:
        holder: Whom the token stands for.
        csrf: Secret that every form of the session's pages holds.
        began: When, on the sessions' clock.
        seen: When it was used last.
    """

    holder: Principal
    began: float
    seen: float
    csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)

    def holds(self, csrf: str) -> bool:
        """Say whether a form came from a page of this session."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode("utf-8", "replace"))


class Sessions:
    """The sessions of one server.

    >>> sessions = Sessions()
    >>> cookie = sessions.begin(Principal("t-1", "participant", "t-1", "demo", token="0123abcdef"))
    >>> sessions.find(cookie).holder.team, sessions.find("guessed")
    ('t-1', None)
    >>> sessions.end(cookie)
    >>> sessions.find(cookie) is None
    True

    Args:
        now: The time in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._held: OrderedDict[str, Session] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, holder: Principal) -> str:
        """Begin a session; return what the cookie holds: 256 random bits.

        Args:
            holder: Whom the token stands for that was just shown.
        """
        cookie = secrets.token_urlsafe(32)
        with self._lock:
            now = self._now()
            self._held[_key(cookie)] = Session(holder, now, now)
            if len(self._held) > _MOST:
                self._held.popitem(last=False)
        return cookie

    def find(self, cookie: str) -> Session | None:
        """Return the session of a cookie; None where there is none, or it has ended."""
        key = _key(cookie)
        with self._lock:
            found, now = self._held.get(key), self._now()
            if found is None:
                return None
            if now - found.began > LASTS_S or now - found.seen > IDLE_S:
                del self._held[key]
                return None
            found.seen = now
            self._held.move_to_end(key)
            return found

    def end(self, cookie: str) -> None:
        """End a session."""
        with self._lock:
            self._held.pop(_key(cookie), None)


def _key(cookie: str) -> str:
    """Return a cookie's digest: what is in memory signs nobody in."""
    return hashlib.sha256(cookie.encode("utf-8", "replace")).hexdigest()
