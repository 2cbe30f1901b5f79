"""A team that sends files and models, again and again, until each is acknowledged."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable

from fault_checks.challenge import ID, answer
from workbench.errors import DataError, RunError, WorkbenchError
from workbench.remote.http import Http
from workbench.remote.origin import read_origin
from workbench.remote.server_desk import ServerDesk


class Participant(threading.Thread):
    """One team.

    Args:
        number: Of the team; its files differ from everybody else's.
        url: Of the server.
        token: Of the team.
        packed: Gives its n-th model.
        models: How many models it sends.
        moments: When it sends.
    """

    def __init__(
        self,
        number: int,
        url: str,
        token: str,
        packed: Callable[[int], bytes],
        models: int,
        moments: random.Random,
    ) -> None:
        super().__init__(daemon=True)
        self._number, self._url, self._token = number, url, token
        self._packed, self._models, self._moments = packed, models, moments
        self._enough = threading.Event()
        self.receipts: dict[str, str] = {}
        self.waited_s: list[float] = []
        self.tries = 0
        self.refused: list[str] = []

    def run(self) -> None:
        """Send until told that it is enough; what was begun is seen through."""
        sent = models = 0
        while not self._enough.is_set():
            if models < self._models and sent % 4 == 0:
                self._send(self._packed(models), "model")
                models += 1
            else:
                self._send(answer(self._number * 10**6 + sent), "predictions")
            sent += 1
            self._enough.wait(self._moments.uniform(0.1, 1.5))

    def enough(self) -> None:
        """Begin nothing more."""
        self._enough.set()

    def _send(self, content: bytes, kind: str) -> None:
        """Send one file until it is acknowledged or refused."""
        began, end = time.monotonic(), time.monotonic() + 180
        while True:
            self.tries += 1
            try:
                http = Http(read_origin(self._url), self._token, timeout_s=30.0, tries=5)
                desk = ServerDesk(http, signed_in=True)
                receipt = desk.submit(ID, content, filename=f"a.{kind}", kind=kind)  # type: ignore[arg-type]
            except WorkbenchError as error:
                if type(error) not in (DataError, RunError) or time.monotonic() > end:
                    self.refused.append(error.render())
                    return
            else:
                self.receipts[receipt.id] = kind
                self.waited_s.append(time.monotonic() - began)
                return
