"""Idempotency keys: the same key with another request is a mistake of the sender.

A file's own digest already makes sending it again harmless, for ever and on every server. A key
adds one thing: a client that reuses one by mistake is told.
"""

from __future__ import annotations

import threading
from collections import OrderedDict

from workbench.challenge.submissions import Refusal

_MOST = 20_000


class Repeats:
    """Remembers what was sent under which key, of the last twenty thousand."""

    def __init__(self) -> None:
        self._seen: OrderedDict[tuple[str, str], str] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, actor: str, key: str | None, fingerprint: str) -> None:
        """Remember a key's request.

        Raises:
            Refusal: ``idempotency-key-reused``.
        """
        if key is None:
            return
        with self._lock:
            before = self._seen.setdefault((actor, key), fingerprint)
            if len(self._seen) > _MOST:
                self._seen.popitem(last=False)
        if before != fingerprint:
            message = "the Idempotency-Key was used for another file or phase"
            raise Refusal("idempotency-key-reused", message, "", "a new key for a new request")
