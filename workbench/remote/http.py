"""Asks a server by HTTP: with time limits, tried again where that is safe, never around TLS."""

from __future__ import annotations

import http.client
import json
import random
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from workbench import __version__
from workbench.errors import DataError
from workbench.remote.desk import Progress
from workbench.remote.origin import Origin
from workbench.remote.told_errors import told_error

_STEP = 2**16
_LATER = (429, 502, 503, 504)
_LONGEST_WAIT_S = 30.0


@dataclass(frozen=True)
class Answer:
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON values.

        Raises:
            DataError: It is none.
        """
        try:
            return json.loads(self.body)
        except ValueError as error:
            message = "the answer is none of a workbench server"
            raise DataError(message, remedy="check the URL of --server") from error


class Http:
    """Asks one server.

    Args:
        origin: The server.
        token: Who asks; None: nobody in particular.
        timeout_s: Longest silence of the server.
        tries: How often a request is made that may be repeated.
        pause: Waits; a test may not want to.
    """

    def __init__(
        self,
        origin: Origin,
        token: str | None = None,
        *,
        timeout_s: float = 60.0,
        tries: int = 5,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.origin, self._token = origin, token
        self._timeout_s, self._tries, self._pause = timeout_s, tries, pause

    def __repr__(self) -> str:
        return f"Http({str(self.origin)!r})"

    def ask(
        self,
        method: str,
        path: tuple[str, ...],
        *,
        query: Mapping[str, str | None] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool = True,
        told: Progress | None = None,
    ) -> Answer:
        """Return the answer to a request.

        Args:
            method: GET or POST.
            path: Parts of the path after ``/api/v1``; they may hold any character.
            query: What follows the question mark; None values are left out.
            body: What is sent.
            headers: More headers.
            repeatable: Whether the same request made twice is as good as once; if not, it is tried
                again only where nothing of it can have arrived.
            told: Hears how much of the body is sent.

        Raises:
            WorkbenchError: What the server refused, as its own error.
            DataError: The server cannot be reached, or gives no sensible answer.
        """
        target = "/".join([f"{self.origin.prefix}/api/v1", *(quote(p, safe="") for p in path)])
        given = {name: value for name, value in (query or {}).items() if value is not None}
        target += f"?{urlencode(given)}" if given else ""
        for attempt in range(1, self._tries + 1):
            last = attempt == self._tries
            try:
                answer = self._once(method, target, body, headers or {}, told)
            except (OSError, http.client.HTTPException) as error:
                nothing_sent = isinstance(error, ConnectionRefusedError)
                if last or isinstance(error, ssl.SSLError) or not (repeatable or nothing_sent):
                    raise self._unreached(error) from error
                self._pause(_pause_s(attempt))
                continue
            if answer.status in _LATER and not last and (repeatable or answer.status == 429):
                self._pause(_pause_s(attempt, answer.headers.get("retry-after")))
                continue
            if answer.status >= 400:
                raise told_error(answer.status, answer.body, str(self.origin))
            return answer
        raise AssertionError("unreachable")

    def _once(
        self,
        method: str,
        target: str,
        body: bytes | None,
        headers: Mapping[str, str],
        told: Progress | None,
    ) -> Answer:
        """Make a request once."""
        connection = self._connection()
        sent = dict(headers) | {"User-Agent": f"workbench/{__version__}", "Connection": "close"}
        if self._token:
            sent["Authorization"] = f"Bearer {self._token}"
        if body is not None:
            sent["Content-Length"] = str(len(body))
        try:
            try:
                connection.request(method, target, _pieces(body, told), sent)
            except (BrokenPipeError, ConnectionResetError):
                # It may have answered before all was sent: too large, or not allowed.
                if connection.sock is None:
                    raise
            found = connection.getresponse()
            names = {name.lower(): value for name, value in found.getheaders()}
            return Answer(found.status, names, found.read())
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        place = (self.origin.host, self.origin.port)
        if not self.origin.secure:
            return http.client.HTTPConnection(*place, timeout=self._timeout_s)
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(*place, timeout=self._timeout_s, context=context)

    def _unreached(self, error: Exception) -> DataError:
        words = str(error) or type(error).__name__
        remedy = "check the URL and the network; a file that was sent twice counts once"
        if isinstance(error, ssl.SSLError):
            remedy = "the server's certificate is not trusted: tell the organiser"
        message = f"the server cannot be reached: {words}"
        return DataError(message, where=str(self.origin), remedy=remedy)


def _pieces(body: bytes | None, told: Progress | None) -> Iterator[bytes] | None:
    """Return a body in pieces, telling how much went."""
    if body is None:
        return None

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(body), _STEP):
            yield body[start : start + _STEP]
            if told is not None:
                told(min(start + _STEP, len(body)), len(body))

    return pieces()


def _pause_s(attempt: int, asked: str | None = None) -> float:
    """Return how long to wait before the next attempt: what was asked for, else longer each time.

    >>> 0.5 <= _pause_s(1) <= 1.0, _pause_s(3, "7"), _pause_s(1, "3600")
    (True, 7.0, 30.0)
    """
    if asked is not None and asked.isdigit():
        return min(float(asked), _LONGEST_WAIT_S)
    # Many who lost the same server must not all come back at once.
    return float(min(0.5 * 2 ** (attempt - 1) * (1 + random.random()), _LONGEST_WAIT_S))
