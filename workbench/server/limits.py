"""How often somebody may ask: a bucket of tokens for each key, in memory."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_KEYS = 50_000


def address_key(address: str) -> str:
    """Return what is counted together: an IPv4 address, or the network of an IPv6 one.

    A household has 2**64 addresses of IPv6.

    >>> address_key("192.0.2.7"), address_key("2001:db8:1:2:3::9"), address_key("unknown")
    ('192.0.2.7', '2001:db8:1:2::', 'unknown')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False).network_address)


class Bucket:
    """Lets every key through so often a minute, at most a minute's worth at once.

    >>> clock = iter([0.0, 0.0, 0.0, 30.0])
    >>> bucket = Bucket(2, now=lambda: next(clock))
    >>> bucket.take("a"), bucket.take("a"), bucket.take("a"), bucket.take("a")
    (0, 0, 30, 0)

    Args:
        per_minute: How often.
        now: The time in seconds.
    """

    def __init__(self, per_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self._most, self._rate, self._now = float(per_minute), per_minute / 60, now
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, cost: float = 1.0) -> int:
        """Take from a key's bucket; return 0, or the seconds to wait where it is empty.

        Args:
            key: Whose.
            cost: How much; 0 only looks whether something is left.
        """
        with self._lock:
            now = self._now()
            left, since = self._left.pop(key, (self._most, now))
            left = min(self._most, left + (now - since) * self._rate)
            enough = left >= max(cost, 1.0)
            self._left[key] = (left - cost if enough else left, now)
            if len(self._left) > _MOST_KEYS:
                self._left.popitem(last=False)
            return 0 if enough else math.ceil((1.0 - left) / self._rate)


class Slots:
    """Places for what may run at once: so many for all, half of them for one key.

    >>> slots = Slots(2)
    >>> slots.enter("a"), slots.enter("a"), slots.enter("b"), slots.enter("c")
    (True, False, True, False)
    """

    def __init__(self, places: int) -> None:
        self._places, self._each = places, max(1, places // 2)
        self._held: dict[str, int] = {}
        self._lock = threading.Lock()

    def enter(self, key: str) -> bool:
        """Take a place; False where none is left."""
        with self._lock:
            mine = self._held.get(key, 0)
            if sum(self._held.values()) >= self._places or mine >= self._each:
                return False
            self._held[key] = mine + 1
            return True

    def taken(self) -> int:
        """Return how many places are taken."""
        return sum(self._held.values())

    def leave(self, key: str) -> None:
        """Give a place back."""
        with self._lock:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
